/** The angles of the rotary embedding (arXiv 2104.09864), as numbers alone. */
import type { RopeScaling } from './config.ts';

/** Angle per position of each pair of a head. */
export const ropeFrequencies = (headSize: number, theta: number, scaling?: RopeScaling): number[] =>
  Array.from({ length: headSize / 2 }, (_, i) => scaled(theta ** ((-2 * i) / headSize), i, scaling));

/** A pair's angle per position, stretched as transformers' `modeling_rope_utils.py` does. */
function scaled(frequency: number, pair: number, scaling?: RopeScaling): number {
  switch (scaling?.kind) {
    case undefined: return frequency;
    case 'linear': return frequency / scaling.factor;
    case 'factors': return frequency / scaling.factors[pair];
    case 'llama3': {
      const { factor, lowFrequency, highFrequency, originalContext } = scaling;
      const turns = (originalContext * frequency) / (2 * Math.PI); // within the original context
      if (turns < lowFrequency) return frequency / factor;
      if (turns > highFrequency) return frequency;
      const kept = (turns - lowFrequency) / (highFrequency - lowFrequency);
      return (1 - kept) * (frequency / factor) + kept * frequency;
    }
  }
}
