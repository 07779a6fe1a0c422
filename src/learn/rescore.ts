import * as tf from '#tfjs';
import type { HostTensor } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from '../policy/config.ts';
import { packed } from '../policy/model/arrangements.ts';
import { decode, valuesOf } from '../policy/model/decoder.ts';
import { predictionsOf } from '../policy/model/predictions.ts';
import type { Weights } from '../policy/weights.ts';
import { pack, type Sequence } from './packing.ts';

/** What a policy thinks of tokens that were written before, each array of the response's length and 0 where nothing was written. */
export interface Rescored {
  readonly logProbs: Float32Array;
  /** The critic's value of the state before the token. */
  readonly values: Float32Array;
  readonly entropies: Float32Array;
}

/**
 * Recorded tokens under the weights now, as sampling leaves them behind in an episode: offline training begins each batch
 * with these as the old ones, so that the first ratio is 1 whoever wrote the tokens (steptool.md 0 and 2.7).
 */
export async function rescore(programs: ProgramCache, config: PolicyConfig, weights: Weights, sequences: readonly Sequence[], temperature: number, rows: number): Promise<Rescored[]> {
  const results = sequences.map(({ response: { length } }): Rescored => ({ logProbs: new Float32Array(length), values: new Float32Array(length), entropies: new Float32Array(length) }));
  for (const batch of pack(sequences, sequences.map((_, i) => i), rows)) {
    const inputs: Record<string, HostTensor> = { ...weights, ...batch.inputs };
    const compiled = await programs.get(`rescore ${temperature} ${batch.key} ${configKey(config)}`, () => ({
      releaseMemory: true,
      steady: Object.keys(weights),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])),
      program: (x) => {
        const states = decode(x, config, x.ids, x.positions, packed(config, batch.size, x.prompts, x.samples));
        const atActions = tf.gather(states, x.actionAt as tf.Tensor1D); // [actions, width]
        const { logProbs, entropies } = predictionsOf(x, config, atActions, x.actionIds, temperature); // [actions] each
        return { logProbs, entropies, values: valuesOf(x, atActions) };
      },
    }));
    const { logProbs, entropies, values } = await compiled.run(inputs);
    batch.actions.forEach(({ sequence, position }, i) => {
      results[sequence].logProbs[position] = logProbs.data[i];
      results[sequence].entropies[position] = entropies.data[i];
      results[sequence].values[position] = values.data[i];
    });
  }
  return results;
}
