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

const anyOf = (...signs: readonly RegExp[]): RegExp => new RegExp(signs.map(({ source }) => source).join('|'), 'i');

/** What a card that went away says. Ahead of memory: an allocation may be what first notices. */
const device = anyOf(
  /device\]? (was |is )?(lost|removed|hung)/, /DEVICE_(LOST|REMOVED|HUNG|RESET)/, /Lost the GPU/,
  /CUDA (error|failure) (700|719|999)\b/, /CUDA_ERROR_(ILLEGAL_ADDRESS|LAUNCH_FAILED|LAUNCH_TIMEOUT)/, /illegal memory access|unspecified launch failure/,
  /887A000[567]/, /887A0020/, // DXGI: removed, hung, reset, an error inside of the driver
);
const memory = anyOf(
  /out[ _]of[ _](device[ _]|host[ _])?memory/, /E_OUTOFMEMORY/, /8007000E/, /Not enough memory/, // the system, Vulkan, CUDA; Direct3D
  /(CUBLAS|CUDNN)_STATUS_ALLOC_FAILED/, /failed to allocate|cannot allocate memory/, /bad[_ ]alloc/, /\bOOM\b/,
  /Array buffer allocation failed|Invalid typed array length/, // JavaScript
  // WebGPU: more than one buffer may have; and what is told of a buffer that could not be had when it is used
  /max(imum)? (storage )?(buffer|binding|buffer binding) size/, /\[Invalid Buffer\b.*is invalid due to a previous error/,
);
/** What WebGPU says of a card without 16-bit numbers. */
const noHalf = /requires f16|shader-f16/i;

/**
 * The first line: what follows is a stack of the engine's own. Addresses in its source files help nobody, nor does the name of the machine.
 * Without a full stop: more follows.
 */
export const firstLine = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  const first = (text.split('\n')[0] ?? '').replace(/^\S*onnxruntime_src\S*:\d+ .*?(?= Failed | failed | CU[A-Z]+ failure |$)/, '');
  return first.replace(/ ; GPU=\S* ; hostname=.*$/, '').trim().replace(/\.+$/, '') || text.slice(0, 200);
};

/** "auto" recomputes by the memory of the machine; nobody knows a card's. */
const recompute = (engine: string): string => `"engine": { "recompute": "always" }${/cpu$|^reference$/.test(engine) ? '' : ' ("auto" never looks at the memory of a card)'}`;

/**
 * @param engine the engine's name
 * @param doing what it was asked to do
 */
export function explainFailure(error: unknown, engine: string, doing: 'compile' | 'run' | 'fetch'): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const said = firstLine(error);
  if (device.test(text))
    return new EngineError('device', `${engine} lost its device: ${said}. Its driver was restarted, or the card is too hot or was taken away. The last checkpoint is whole: resume continues from it.`, { cause: error });
  if (memory.test(text))
    return new EngineError('memory', `${engine} ran out of memory: ${said}. What helps: ${recompute(engine)}, a lower rollout.liveEpisodes or rollout.maxTokens, a smaller policy, another engine. The last checkpoint is whole: resume continues from it, with the settings that it has.`, { cause: error });
  if (noHalf.test(text))
    return new EngineError('compile', `${engine}: this graphics card has no half precision. Set "engine": { "precision": "float32" }.`, { cause: error });
  const how = { compile: 'could not compile a program', run: 'failed while it ran a program', fetch: 'could not hand over what it keeps' }[doing];
  return new EngineError(doing === 'compile' ? 'compile' : 'run', `${engine} ${how}: ${said}. Another engine may take it: "engine": { "name": "onnx:cpu" } runs everywhere. steptool doctor shows which engines work here.`, { cause: error });
}
