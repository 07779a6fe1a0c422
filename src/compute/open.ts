/** Opens an engine by its name, in this process, or says exactly why it cannot be had. */
import type { Engine } from './engine.ts';
import { firstLine } from './failures.ts';
import { engineNames, hasHalf, kindOf, type EngineName, type EngineSettings, type Precision } from './names.ts';
import { providerMissing } from './onnx/provider.ts';
import { cudaPackage, installedCuda, onnxPackage, tensorflowPackage } from './packages.ts';

/** An engine that cannot be had: why, and what to do about it. */
export interface Missing {
  readonly reason: string;
  readonly remedy: string;
}

/** What can be told without loading anything: which packages and systems there are. */
export function missing(name: EngineName): Missing | undefined {
  const kind = kindOf(name);
  switch (kind.by) {
    case 'reference': return undefined;
    case 'tensorflow': {
      if (kind.device === 'gpu' && !(['linux', 'win32'].includes(process.platform) && process.arch === 'x64'))
        return { reason: `TensorFlow's GPU library exists for Linux and Windows on x64 only, not for ${process.platform} ${process.arch}`, remedy: 'The graphics card is reached by onnx:webgpu.' };
      if (tensorflowPackage(kind.device)) return undefined;
      const needs = kind.device === 'gpu' ? ' It needs an NVIDIA driver, CUDA 11.2 and cuDNN 8.1.' : '';
      return { reason: `${kind.device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node'} is not installed`, remedy: `steptool engines install tensorflow-${kind.device}.${needs}` };
    }
    case 'onnx': {
      const impossible = providerMissing(kind.provider);
      if (impossible) return impossible;
      if (!onnxPackage()) return { reason: 'the package onnxruntime-node is not installed', remedy: 'Reinstall with npm ci.' };
      return kind.provider === 'cuda' && !cudaPackage() ? cudaMissing(installedCuda()?.version, onnxPackage()?.version) : undefined;
    }
  }
}

/** Why an engine does not compute in a precision, whatever card there is. */
export const halfMissing = (name: EngineName, precision: Precision): Missing | undefined =>
  precision === 'float32' || hasHalf(name) ? undefined
    : { reason: 'it computes in single precision alone', remedy: `Set "engine": { "precision": "float32" }, or name one of a graphics card: ${engineNames.filter(hasHalf).join(', ')}.` };

const cudaMissing = (installed: string | undefined, needed: string | undefined): Missing =>
  installed === undefined ? { reason: 'the CUDA libraries of onnxruntime are not installed', remedy: 'steptool engines install cuda. It needs an NVIDIA driver, CUDA and cuDNN 9.' }
    : { reason: `the CUDA libraries that are installed are of onnxruntime ${installed}, and this program has ${needed}`, remedy: 'steptool engines install cuda, again.' };

export interface OpenedEngine {
  readonly engine: Engine;
  /** What computes, as far as the engine tells. */
  readonly device: string;
}

/** @throws if it is missing or cannot be loaded, with the remedy */
export async function openNamed(name: EngineName, { threads, device = 0, precision = 'float32' }: Omit<EngineSettings, 'name'>): Promise<OpenedEngine> {
  const kind = kindOf(name);
  const why = missing(name);
  if (why && !(kind.by === 'onnx' && kind.provider === 'cpu')) throw new Error(`The engine ${name} cannot be used: ${why.reason}. ${why.remedy}`);
  const single = halfMissing(name, precision);
  if (single) throw new Error(`The engine ${name} cannot be used: ${single.reason}. ${single.remedy}`);
  switch (kind.by) {
    case 'reference': {
      const { ReferenceEngine } = await import('./reference.ts');
      return { engine: new ReferenceEngine(), device: 'JavaScript' };
    }
    case 'onnx': {
      const [{ OnnxEngine }, { onnxRuntime }] = [await import('./onnx/engine.ts'), await import('./onnx/runtime.ts')];
      const runtime = attempt(onnxRuntime, (said) => `The engine ${name} could not be loaded: ${said}. Its binary comes with the package onnxruntime-node, for Linux and Windows (x64, arm64) and macOS (arm64). Slow, but everywhere: "engine": { "name": "reference" }.`);
      return { engine: new OnnxEngine({ provider: kind.provider, threads, device, precision, runtime }), device: deviceOf[kind.provider] };
    }
    case 'tensorflow': {
      const { loadTensorFlow } = await import('./tensorflow/load.ts');
      const { TensorFlowEngine } = await import('./tensorflow/engine.ts');
      const found = tensorflowPackage(kind.device)!; // its absence was told above
      const loaded = attempt(() => loadTensorFlow(found, threads, device), (said) => `The engine ${name} could not be loaded: ${said}. Install it again: steptool engines install tensorflow-${kind.device}.`);
      if (kind.device === 'gpu' && !loaded.usesGpu)
        throw new Error(`The engine ${name} found no graphics card that it can use: TensorFlow ${loaded.version} needs an NVIDIA driver of at least 450, libcudart.so.11.0 of CUDA 11.2 and libcudnn.so.8. With a newer CUDA use onnx:cuda; without CUDA, onnx:webgpu.`);
      return { engine: new TensorFlowEngine(kind.device, loaded.threads), device: `TensorFlow ${loaded.version}, ${kind.device.toUpperCase()}` };
    }
  }
}

const deviceOf = { cpu: 'CPU', cuda: 'NVIDIA GPU', dml: 'GPU (DirectML)', coreml: 'Core ML', webgpu: 'GPU (WebGPU)' } as const;

function attempt<T>(work: () => T, tell: (said: string) => string): T {
  try {
    return work();
  } catch (error) {
    throw new Error(tell(firstLine(error)), { cause: error });
  }
}
