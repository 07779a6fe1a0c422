import { choice, integer, section } from '../fields.ts';

/** What computes. */
export const engineSection = section('What runs the tensor programs.', {
  name: choice('The engine.', 'auto', {
    auto: 'The fastest one that works here; the run folder says which and why.',
    'onnx:cpu': 'Compiled programs on ONNX Runtime.',
    reference: "TensorFlow.js's own JavaScript engine: slow, for checking.",
    'onnx:cuda': 'ONNX Runtime on an NVIDIA GPU with CUDA (`steptool engines install cuda`).',
    'onnx:webgpu': 'ONNX Runtime on the GPU of any vendor, by WebGPU.',
    'onnx:dml': 'ONNX Runtime on DirectML, on Windows.',
    'onnx:coreml': 'ONNX Runtime on Core ML, on macOS.',
    'tensorflow:gpu': 'TensorFlow on an NVIDIA GPU with CUDA 11 (`steptool engines install tensorflow-gpu`).',
    'tensorflow:cpu': 'TensorFlow on the CPU (`steptool engines install tensorflow-cpu`).',
  }),
  threads: integer('Threads; 0 takes one a core. A run resumes to the same bytes only with the same number.', 0, 0, 1024),
  device: integer('Which GPU, counted from 0.', 0, 0, 64),
  precision: choice('Of matrix products, which are nearly all of the work. Weights, sums, losses and the optimizer are of single precision anyway.', 'float32', {
    float32: 'Single precision.',
    float16: 'Half precision, which graphics cards compute several times as fast: log-probabilities differ in the third digit. `onnx:cuda`, `onnx:webgpu` and `onnx:dml` have it.',
  }),
  frozen: choice('What the matrices of layers are held as that training does not change: those of a checkpoint beneath `policy.adapter`.', 'auto', {
    auto: 'Half precision where the checkpoint has all of these matrices as F16, and the engine multiplies with halves: nothing is lost. Else single precision.',
    float32: 'Single precision, 4 bytes a number.',
    float16: 'Half precision, 2 bytes a number. Exact for checkpoints of F16, and but for numbers below 0.00001 of BF16; others are rounded in the fourth digit. `onnx:cpu`, `onnx:cuda` and `onnx:dml` make them single where they multiply; other engines once.',
  }),
  recompute: choice('Whether training computes what layers computed once more on the way back, and updates weights in place. It holds far less memory and learns the same up to rounding.', 'auto', {
    auto: "Where a run would take more than three quarters of the machine's memory without.",
    always: 'Always.',
    never: 'Never: such a run is refused where it does not fit.',
  }),
});
