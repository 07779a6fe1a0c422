/** The frozen weights beneath an adapter: a run keeps only what it trains, and finds these again where the experiment names them. */
import { createHash } from 'node:crypto';
import type { HostTensors } from '../../compute/engine.ts';
import { narrowToHalves, widenHalves } from '../../compute/half.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { isProjection, isTrained, weightShapes, type Weights } from '../../policy/weights.ts';
import { RunFolderError } from '../folder/errors.ts';
import type { State } from '../folder/checkpoint.ts';
import { checkWeights } from '../policy-folder.ts';

/** Weights that an experiment starts from, and the SHA-256 of those of them that an adapter freezes. */
export interface Base {
  readonly weights: Weights;
  readonly hash: string;
}

/** The numbers that are frozen, whatever file they came from and whatever holds them: halves count as the single numbers that they are. */
export const hashBase = (config: PolicyConfig, weights: Weights): string => digest(config, weights, (_, data) => singles(data));

/** What a checkpoint keeps of a policy: all weights, or with an adapter those that are trained. */
export const kept = (config: PolicyConfig, weights: Weights): Weights =>
  config.adapter ? Object.fromEntries(Object.entries(weights).filter(([name]) => isTrained(config, name))) : weights;

/**
 * All weights of a policy of which a checkpoint keeps some.
 * @param base what an adapter stands beside; undefined without one
 * @throws RunFolderError `corrupt` if the checkpoint stood beside other weights, or has not all that is trained
 */
export function completed(stored: HostTensors, state: State, config: PolicyConfig, base: Base | undefined, where: string): Weights {
  if (!config.adapter || !base) return checkWeights(stored, config, where);
  const recorded = typeof state === 'object' && state !== null && 'base' in state ? state.base : undefined;
  const advice = recorded === base.hash ? undefined : whyOther(recorded, config, base);
  if (advice !== undefined) throw new RunFolderError('corrupt', `${where} holds an adapter to ${advice}`, where);
  const lost = weightShapes(config).find(({ name }) => isTrained(config, name) && !(name in stored));
  if (lost) throw new RunFolderError('corrupt', `${where} has no tensor '${lost.name}' of the adapter. Use another checkpoint, or restore it from a copy.`, where);
  return checkWeights({ ...base.weights, ...stored }, config, where);
}

/**
 * What the weights are to which an adapter was trained, and what to do; undefined where they are these after all. Runs that held matrices
 * as halves once recorded the hash of those.
 */
function whyOther(recorded: unknown, config: PolicyConfig, { weights }: Base): string | undefined {
  const isRounded = weightShapes(config).some(({ name }) => !isTrained(config, name) && isProjection(name) && !isExact(weights[name].data));
  const asHalves = recorded === digest(config, weights, (name, data) => (isProjection(name) ? halves(data) : data));
  if (asHalves && !isRounded) return undefined;
  if (asHalves || recorded === digest(config, weights, (name, data) => singles(isProjection(name) ? halves(data) : data)))
    return 'the weights of policy.checkpoint as halves round them, and they are now held as they are. Set engine.frozen to "float16", as it was; where it is "auto", put the file with F16 back.';
  return config.frozen === 'float16'
    ? 'other numbers than those that policy.checkpoint now names as engine.frozen "float16" rounds them. Set engine.frozen to "float32" if the run had that; else put the earlier weights back.'
    : 'other weights than those that policy.checkpoint now names. Put the earlier ones back.';
}

type Numbers = Weights[string]['data'];
const singles = (data: Numbers): Float32Array => (data instanceof Uint16Array ? widenHalves(data) : data);
const halves = (data: Numbers): Uint16Array => (data instanceof Uint16Array ? data : narrowToHalves(data));

/** Whether halves hold these very numbers. */
const isExact = (data: Numbers): boolean => {
  const held = singles(halves(data));
  return singles(data).every((value, i) => value === held[i]);
};

/** SHA-256 of the frozen weights, each held as told. */
function digest(config: PolicyConfig, weights: Weights, held: (name: string, data: Numbers) => Numbers): string {
  const hash = createHash('sha256');
  for (const { name } of weightShapes(config)) {
    if (isTrained(config, name)) continue;
    const data = held(name, weights[name].data);
    hash.update(`${name} ${data.length}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
