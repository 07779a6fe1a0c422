import * as tf from '#tfjs';
import type { HostTensor } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from '../policy/config.ts';
import { packed } from '../policy/model/arrangements.ts';
import { decode } from '../policy/model/decoder.ts';
import { predictionsOf } from '../policy/model/predictions.ts';
import type { Weights } from '../policy/weights.ts';
import { pack, type Sequence } from './packing.ts';

/**
 * Log-probabilities of the tokens that the policy wrote under other weights: the frozen reference, or the weights
 * before an update.
 * @returns for each sequence an array of its response's length, 0 where the policy did not write
 */
export async function scoreSequences(programs: ProgramCache, config: PolicyConfig, weights: Weights, sequences: readonly Sequence[], temperature: number, rows: number): Promise<Float32Array[]> {
  const scores = sequences.map(({ response }) => new Float32Array(response.length));
  const batches = pack(sequences, sequences.map((_, i) => i), rows);
  for (const batch of batches) {
    const inputs: Record<string, HostTensor> = { ...weights, ...batch.inputs };
    const compiled = await programs.get(`score ${temperature} ${batch.key} ${configKey(config)}`, () => ({
      releaseMemory: true,
      steady: Object.keys(weights),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])),
      program: (x) => {
        const states = decode(x, config, x.ids, x.positions, packed(config, batch.size, x.prompts, x.samples));
        const { logProbs } = predictionsOf(x, config, tf.gather(states, x.actionAt as tf.Tensor1D), x.actionIds, temperature); // [actions]
        return { logProbs };
      },
    }));
    const { logProbs } = await compiled.run(inputs);
    batch.actions.forEach(({ sequence, position }, i) => { scores[sequence][position] = logProbs.data[i]; });
  }
  return scores;
}
