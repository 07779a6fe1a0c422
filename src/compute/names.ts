/** The engines by name, in the order in which `auto` tries them: graphics cards first, plain JavaScript never. */

export const engineNames = ['onnx:cuda', 'onnx:dml', 'onnx:coreml', 'tensorflow:gpu', 'onnx:webgpu', 'onnx:cpu', 'tensorflow:cpu', 'reference'] as const;
export type EngineName = (typeof engineNames)[number];

/** onnxruntime's names of what executes a graph. */
export type Provider = 'cuda' | 'dml' | 'coreml' | 'webgpu' | 'cpu';

/** What an engine is made of. */
export type EngineKind =
  | { readonly by: 'onnx'; readonly provider: Provider }
  | { readonly by: 'tensorflow'; readonly device: 'cpu' | 'gpu' }
  | { readonly by: 'reference' };

export const isEngineName = (name: string): name is EngineName => (engineNames as readonly string[]).includes(name);

export function kindOf(name: EngineName): EngineKind {
  switch (name) {
    case 'onnx:cuda': return { by: 'onnx', provider: 'cuda' };
    case 'onnx:dml': return { by: 'onnx', provider: 'dml' };
    case 'onnx:coreml': return { by: 'onnx', provider: 'coreml' };
    case 'onnx:webgpu': return { by: 'onnx', provider: 'webgpu' };
    case 'onnx:cpu': return { by: 'onnx', provider: 'cpu' };
    case 'tensorflow:gpu': return { by: 'tensorflow', device: 'gpu' };
    case 'tensorflow:cpu': return { by: 'tensorflow', device: 'cpu' };
    case 'reference': return { by: 'reference' };
  }
}

/** Of products: single precision, or operands rounded to half with all else single. */
export type Precision = 'float32' | 'float16';

/** Engines whose products can be of half precision, which graphics cards compute several times as fast. */
export const hasHalf = (name: EngineName): boolean => ['onnx:cuda', 'onnx:dml', 'onnx:webgpu'].includes(name);

/** Providers that take inputs of half precision as they are, and make them single where they multiply. A card may have none for WebGPU; Core ML was never tried. */
export const takesHalves = (provider: Provider): boolean => provider === 'cpu' || provider === 'cuda' || provider === 'dml';

/** Whether an engine holds halves as halves; the others hold them as single numbers beside. */
export function holdsHalves(name: string): boolean {
  const kind = isEngineName(name) ? kindOf(name) : undefined;
  return kind?.by === 'onnx' && takesHalves(kind.provider);
}

/** Whether an engine has memory of its own, in which it keeps what updates make. */
export const keepsOutputs = (name: string): boolean => name === 'onnx:webgpu' || name.startsWith('tensorflow:');

/** What an experiment says of its engine. */
export interface EngineSettings {
  /** One of the names above, or `auto`. */
  readonly name: string;
  /** 0 means one for each core. */
  readonly threads: number;
  /** Which graphics card, counted from 0. */
  readonly device?: number;
  /** `float32` unless told. */
  readonly precision?: Precision;
  /** What `auto` stays with as long as it works: the engine that a run began on. */
  readonly prefer?: string;
}
