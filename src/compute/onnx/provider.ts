/** The execution providers of onnxruntime: what a session is told, and which ones its binary has on this system. */
import type { InferenceSession } from 'onnxruntime-node';
import { takesHalves, type Precision, type Provider } from '../names.ts';
import type { Dialect } from './graph.ts';

/** What distinguishes a session on one provider from one on another. Nodes that a provider lacks run on the CPU. */
export function providerOptions(provider: Provider, device: number): Pick<InferenceSession.SessionOptions, 'executionProviders' | 'enableMemPattern'> {
  switch (provider) {
    case 'cpu': return { executionProviders: ['cpu'] };
    case 'cuda': return { executionProviders: [{ name: 'cuda', deviceId: device }] };
    case 'dml': return { executionProviders: [{ name: 'dml', deviceId: device }], enableMemPattern: false }; // DirectML's requirement
    case 'webgpu': return { executionProviders: [{ name: 'webgpu' }] }; // takes the system's preferred adapter
    case 'coreml': return { executionProviders: [{ name: 'coreml' }] };
  }
}

/** How programs are written down for a provider. */
export const dialectOf = (provider: Provider, precision: Precision): Dialect => ({
  fusedMatMul: provider !== 'webgpu' && provider !== 'coreml',
  normFactor: provider === 'cpu' || provider === 'cuda', // onnxruntime 1.30 gives another number on webgpu
  half: precision === 'float16',
  onProcessor: provider === 'cpu',
  takesHalves: takesHalves(provider),
});

/** Why a provider cannot be in the binary for a system, whatever is installed; undefined if it can. */
export function providerMissing(provider: Provider, platform: string = process.platform, arch: string = process.arch): { readonly reason: string; readonly remedy: string } | undefined {
  const system = `${platform} ${arch}`;
  const binaries = ['linux x64', 'linux arm64', 'win32 x64', 'win32 arm64', 'darwin arm64'];
  if (!binaries.includes(system)) return { reason: `onnxruntime-node has no binary for ${system}`, remedy: 'Use "engine": { "name": "reference" }, which is slow, or tensorflow:cpu.' };
  switch (provider) {
    case 'cpu': case 'webgpu': return undefined;
    case 'dml': return platform === 'win32' ? undefined : { reason: 'DirectML is part of Windows', remedy: 'On this system the graphics card is reached by onnx:webgpu, or by onnx:cuda on Linux with an NVIDIA card.' };
    case 'coreml': return platform === 'darwin' ? undefined : { reason: 'Core ML is part of macOS', remedy: 'On this system the graphics card is reached by onnx:webgpu.' };
    case 'cuda': return system === 'linux x64' ? undefined : { reason: `onnxruntime-node has no CUDA libraries for ${system}`, remedy: platform === 'win32' ? 'Use onnx:dml or onnx:webgpu, which run on NVIDIA cards too.' : 'Use onnx:webgpu.' };
  }
}
