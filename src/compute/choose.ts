import type { Engine } from './engine.ts';

/** An engine and why it was chosen, as the run folder records it. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly reason: string;
}

/**
 * Opens the engine that the experiment names; `auto` takes the fastest one that works. A named engine that does not
 * work is an error, never another engine in silence. Engine packages are loaded here and only when used.
 */
export async function openEngine({ name, threads }: { readonly name: string; readonly threads: number }): Promise<ChosenEngine> {
  if (name === 'reference') {
    const { ReferenceEngine } = await import('./reference.ts');
    return { engine: new ReferenceEngine(), reason: 'named in the experiment' };
  }
  if (name !== 'auto' && name !== 'onnx:cpu') throw new Error(`This version does not run the engine '${name}'. Use "auto", "onnx:cpu" or "reference".`);
  try {
    const { OnnxCpuEngine } = await import('./onnx/engine.ts');
    return { engine: new OnnxCpuEngine(threads), reason: name === 'auto' ? 'the fastest of this version that works on every machine' : 'named in the experiment' };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error); // the further lines are a stack
    throw new Error(`The engine onnx:cpu could not be loaded: ${why}. Its binary comes with the package onnxruntime-node, for Linux and Windows (x64, arm64) and macOS (arm64). Slow, but everywhere: "engine": { "name": "reference" }.`);
  }
}
