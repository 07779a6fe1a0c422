/** The policy that divergence is measured from: asked once an iteration, and not needed while weights are updated. */
import type { Weights } from '../policy/weights.ts';
import { letGo } from './named-tensors.ts';

/** Lends the reference policy's weights: they are there until `use` has ended, and nobody writes to them. */
export type Reference = <Result>(use: (weights: Weights) => Promise<Result>) => Promise<Result>;

/** Weights that are held in memory throughout. */
export const held = (weights: Weights): Reference => (use) => use(weights);

/** Weights that are read for each use and let go after it: of a policy that is trained whole they are a quarter of what its training takes. */
export const readAnew = (read: () => Promise<Weights>): Reference => async (use) => {
  const weights = await read();
  try {
    return await use(weights);
  } finally {
    letGo(weights);
  }
};
