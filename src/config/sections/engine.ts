import { choice, integer, section } from '../fields.ts';

/** What computes. */
export const engineSection = section('What runs the tensor programs.', {
  name: choice('The engine.', 'auto', {
    auto: 'The fastest one that works here; the run folder says which and why.',
    'onnx:cpu': 'Compiled programs on ONNX Runtime.',
    reference: "TensorFlow.js's own JavaScript engine: slow, for checking.",
    'onnx:cuda': 'ONNX Runtime on an NVIDIA GPU.',
    'onnx:webgpu': 'ONNX Runtime on WebGPU.',
    'onnx:dml': 'ONNX Runtime on DirectML.',
    'onnx:coreml': 'ONNX Runtime on Core ML.',
    'tensorflow:gpu': 'TensorFlow on an NVIDIA GPU.',
    'tensorflow:cpu': 'TensorFlow on the CPU.',
  }),
  threads: integer('Threads; 0 takes one a core. A run resumes to the same bytes only with the same number.', 0, 0, 1024),
  device: integer('Which GPU, counted from 0.', 0, 0, 64),
});

/** The engines that this version can run. The others are named so that a file that asks for one is answered clearly. */
export const supportedEngines = ['auto', 'onnx:cpu', 'reference'] as const;
