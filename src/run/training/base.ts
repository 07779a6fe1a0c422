/** The frozen weights beneath an adapter: a run keeps only what it trains, and finds these again where the experiment names them. */
import { createHash } from 'node:crypto';
import type { HostTensors } from '../../compute/engine.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { isTrained, weightShapes, type Weights } from '../../policy/weights.ts';
import { RunFolderError } from '../folder/errors.ts';
import type { State } from '../folder/checkpoint.ts';
import { checkWeights } from '../policy-folder.ts';

/** Weights that an experiment starts from, and the SHA-256 of those of them that an adapter freezes. */
export interface Base {
  readonly weights: Weights;
  readonly hash: string;
}

/** The numbers that are frozen, whatever file they came from. */
export function hashBase(config: PolicyConfig, weights: Weights): string {
  const hash = createHash('sha256');
  for (const { name } of weightShapes(config)) {
    if (isTrained(config, name)) continue;
    const { data } = weights[name];
    hash.update(`${name} ${data.length}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

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
  if (recorded !== base.hash) throw new RunFolderError('corrupt', `${where} holds an adapter to other weights than those that policy.checkpoint now names. Put the earlier ones back.`, where);
  const lost = weightShapes(config).find(({ name }) => isTrained(config, name) && !(name in stored));
  if (lost) throw new RunFolderError('corrupt', `${where} has no tensor '${lost.name}' of the adapter. Use another checkpoint, or restore it from a copy.`, where);
  return checkWeights({ ...base.weights, ...stored }, config, where);
}
