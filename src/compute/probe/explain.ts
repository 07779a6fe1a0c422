/** What drivers say, told as what is missing on this machine and what to do about it. */
import type { ProbeResult } from './result.ts';

type Told = string | ((found: RegExpExecArray) => string);

interface Explanation {
  readonly sign: RegExp;
  readonly reason: Told;
  readonly remedy: Told;
}

const toWebgpu = 'Any other graphics card: onnx:webgpu.';
const elsewhere = 'If it is there, name its folder in LD_LIBRARY_PATH.';

/** An addon that this Node cannot load: of another version of it, of another system or processor, or damaged. */
const otherNode = /NODE_MODULE_VERSION|compiled against a different Node\.js version|did not self-register|invalid ELF header|wrong ELF class|not a valid Win32 application|incompatible architecture/i;
const oldSystem = /GLIBC(XX)?_[\d.]+' not found/;

const explanations: { readonly [prefix: string]: readonly Explanation[] } = {
  'onnx:webgpu': [
    { sign: /libvulkan\.so\.1: cannot open/, reason: 'no Vulkan loader (libvulkan.so.1), and so no graphics card that WebGPU could use', remedy: 'With a graphics card: install its driver and libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora).' },
    { sign: /requires f16|shader-f16/i, reason: 'this graphics card has no half precision', remedy: 'Set "engine": { "precision": "float32" }.' },
    { sign: /No supported adapters|Failed to get a WebGPU adapter/, reason: 'no graphics card that WebGPU can use', remedy: 'With a graphics card: install or update its driver (Vulkan on Linux, Direct3D 12 on Windows, Metal on macOS).' },
  ],
  'onnx:cuda': [
    { sign: /libcuda\.so\.1: cannot open/, reason: 'no NVIDIA driver (libcuda.so.1)', remedy: `With an NVIDIA card: install its driver. ${toWebgpu}` },
    { sign: /CUDA driver version is insufficient|driver version is too old/i, reason: 'the NVIDIA driver is too old for the CUDA runtime', remedy: 'Install an NVIDIA driver of at least 580 for CUDA 13, of at least 525 for CUDA 12.' },
    { sign: /libcudnn\S*: cannot open|cuDNN handle is required/, reason: 'cuDNN 9 is not installed', remedy: `Install cuDNN 9 from NVIDIA, for the CUDA that is there. ${elsewhere}` },
    { sign: /(lib(?:cublas|cublasLt|cudart)\.so\.(\d+)): cannot open/, reason: ([, file, major]) => `the CUDA ${major} runtime is not installed (${file})`, remedy: ([, , major]) => `Install the CUDA ${major} toolkit or its runtime libraries (cudart, cuBLAS, cuRAND) from NVIDIA. ${elsewhere}` },
    { sign: /(lib(?:cufft|curand|nvrtc)\S*\.so\.\d+): cannot open/, reason: ([, file]) => `a library of the CUDA runtime is not installed (${file})`, remedy: `Install the CUDA toolkit or its runtime libraries from NVIDIA. ${elsewhere}` },
    { sign: /no CUDA-capable device|CUDA failure 100\b|CUDA_ERROR_NO_DEVICE/i, reason: 'no NVIDIA graphics card', remedy: `With one: does CUDA_VISIBLE_DEVICES hide it, or a container? ${toWebgpu}` },
    { sign: /Failed to load library .+? with error: (.*)/, reason: ([, error]) => `the CUDA libraries of onnxruntime cannot be loaded: ${error}`, remedy: 'Install them again: steptool engines install cuda.' },
  ],
  'onnx': [
    { sign: otherNode, reason: `the addon of onnxruntime was not built for Node ${process.versions.node} on ${process.platform} ${process.arch}`, remedy: 'Reinstall with npm ci, by the Node and on the system that are to run it.' },
    { sign: oldSystem, reason: 'the C library of this system is too old for onnxruntime', remedy: 'Use a newer system. Slow, but everywhere: "engine": { "name": "reference" }.' },
  ],
  'tensorflow:gpu': [
    { sign: /Could not load dynamic library 'libcuda\.so\.1'|libcuda\.so\.1: cannot open/, reason: 'no NVIDIA driver (libcuda.so.1)', remedy: `With an NVIDIA card: install its driver, of at least 450. ${toWebgpu}` },
    { sign: /driver version is insufficient|driver version is too old|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH|does not match DSO version/i, reason: 'the NVIDIA driver is too old for CUDA 11', remedy: 'Install an NVIDIA driver of at least 450, and restart the machine.' },
    { sign: /no CUDA-capable device|CUDA_ERROR_NO_DEVICE/i, reason: 'no NVIDIA graphics card', remedy: `With one: does CUDA_VISIBLE_DEVICES hide it, or a container? ${toWebgpu}` },
    { sign: /Could not load dynamic library 'libcudart\.so\.11\.0'|libcudart\.so\.11\.0: cannot open/, reason: 'the CUDA 11 runtime (libcudart.so.11.0) is not installed', remedy: 'Install CUDA 11.2 and cuDNN 8.1, or use onnx:cuda with a newer CUDA.' },
    { sign: /Could not load dynamic library 'lib(cublas|cublasLt|cufft|curand|cusolver|cusparse)\./, reason: 'a library of the CUDA 11 runtime is not installed', remedy: 'Install CUDA 11.2 whole, or use onnx:cuda with a newer CUDA.' },
    { sign: /Could not load dynamic library 'libcudnn|libcudnn\.so\.8: cannot open/, reason: 'cuDNN 8 (libcudnn.so.8) is not installed', remedy: 'Install cuDNN 8.1 for CUDA 11.2 from NVIDIA.' },
  ],
  'tensorflow': [
    { sign: /libtensorflow\S*: cannot open shared object/, reason: 'its library (libtensorflow) is missing', remedy: 'steptool engines install tensorflow-cpu, or tensorflow-gpu, again.' },
    { sign: /native addon module \(tfjs_binding\.node\) can not be found/, reason: 'its addon for Node was not built', remedy: 'steptool engines install tensorflow-cpu, or tensorflow-gpu, again: the package was installed without its own script.' },
    { sign: otherNode, reason: `its addon was not built for Node ${process.versions.node} on ${process.platform} ${process.arch}`, remedy: 'steptool engines install tensorflow-cpu, or tensorflow-gpu, again, by the Node and on the system that are to run it.' },
    { sign: oldSystem, reason: 'the C library of this system is too old for it', remedy: 'Use a newer system, or onnx:cpu.' },
  ],
};

/** Puts a known reason and its remedy in place of what an engine and its driver said. */
export function explain(result: ProbeResult, said: string): ProbeResult {
  if (result.ok || result.trouble !== 'failed') return result;
  const text = `${result.reason}\n${said}`;
  for (const [prefix, list] of Object.entries(explanations)) {
    if (!result.name.startsWith(prefix)) continue;
    for (const { sign, reason, remedy } of list) {
      const found = sign.exec(text);
      if (!found) continue;
      const told = (what: Told): string => (typeof what === 'string' ? what : what(found));
      return { ...result, reason: told(reason), remedy: told(remedy) };
    }
  }
  return result;
}
