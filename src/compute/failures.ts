/** What engines throw, told as what happened and what to do. */

/**
 * `memory`: there was not enough. `device`: a graphics card went away. `hung`: no answer came, and the engine may still be
 * at it. `compile`: the engine refused a program. `run`: anything else.
 */
export type FailureKind = 'memory' | 'device' | 'hung' | 'compile' | 'run';

/** A program could not be compiled or run. What it was given is unchanged: weights and moments are those of before. */
export class EngineError extends Error {
  constructor(readonly kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
  }
}

const memory = /out of memory|failed to allocate|bad[_ ]alloc|\bOOM\b|CUDA_ERROR_OUT_OF_MEMORY|E_OUTOFMEMORY|Array buffer allocation failed|Invalid typed array length/i;
/** What WebGPU says of a card without 16-bit numbers. */
const noHalf = /requires f16|shader-f16/i;
const device = /device (was |is )?(lost|removed|hung)|DEVICE_REMOVED|DEVICE_HUNG|VK_ERROR_DEVICE_LOST|CUDA (error|failure) (700|719|999)|Lost the GPU/i;

/** The first line: what follows is a stack of the engine's own. Addresses in its source files help nobody, nor does the name of the machine. */
export const firstLine = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/^\S*onnxruntime_src\S*:\d+ .*?(?= Failed | failed | CU[A-Z]+ failure |$)/, '').replace(/ ; GPU=\S* ; hostname=.*$/, '').trim() || text.slice(0, 200);
};

/**
 * @param engine the engine's name
 * @param doing what it was asked to do
 */
export function explainFailure(error: unknown, engine: string, doing: 'compile' | 'run' | 'fetch'): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const said = firstLine(error);
  if (memory.test(text))
    return new EngineError('memory', `${engine} ran out of memory: ${said}. Lower rollout.liveEpisodes, rollout.samplesPerTask or the sizes of the policy, or choose another engine. The last checkpoint is whole: resume continues from it.`, { cause: error });
  if (device.test(text))
    return new EngineError('device', `${engine} lost its device: ${said}. Its driver was restarted, or the card is too hot or was taken away. The last checkpoint is whole: resume continues from it.`, { cause: error });
  if (noHalf.test(text))
    return new EngineError('compile', `${engine}: this graphics card has no half precision. Set "engine": { "precision": "float32" }.`, { cause: error });
  const how = { compile: 'could not compile a program', run: 'failed while it ran a program', fetch: 'could not hand over what it keeps' }[doing];
  return new EngineError(doing === 'compile' ? 'compile' : 'run', `${engine} ${how}: ${said}. Another engine may take it: "engine": { "name": "onnx:cpu" } runs everywhere. steptool doctor shows which engines work here.`, { cause: error });
}
