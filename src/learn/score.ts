/** What a policy thinks of tokens that were written before, by another one or under other weights. */
import * as tf from '#tfjs';
import type { HostTensor } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from '../policy/config.ts';
import { packed } from '../policy/model/arrangements.ts';
import { decode, valuesOf } from '../policy/model/decoder.ts';
import { predictionsOf } from '../policy/model/predictions.ts';
import type { Weights } from '../policy/weights.ts';
import { pack, updateRows, type Sequence } from './packing.ts';

/** Log-probability of the token, the critic's value of the state before it, and the entropy of what could have been written there. */
export type Score = 'logProbs' | 'values' | 'entropies';

/**
 * Scores of recorded tokens, as sampling leaves them behind in an episode: by the frozen reference, and where training begins
 * with tokens that somebody else wrote (steptool.md 0 and 2.7).
 * @param of which scores; others are not computed
 * @param rows of a batch at most
 * @returns for each sequence arrays of its response's length, 0 where nobody chose the token
 */
export async function score<Of extends Score>(programs: ProgramCache, config: PolicyConfig, weights: Weights, sequences: readonly Sequence[], of: readonly Of[], temperature: number, rows = updateRows): Promise<{ readonly [name in Of]: Float32Array }[]> {
  const scores = sequences.map(({ response }) => Object.fromEntries(of.map((name) => [name, new Float32Array(response.length)])) as { [name in Of]: Float32Array });
  for (const batch of pack(config, sequences, sequences.map((_, i) => i), rows)) {
    const inputs: Record<string, HostTensor> = { ...weights, ...batch.inputs };
    const compiled = await programs.get(`score ${of.join()} ${temperature} ${batch.key} ${configKey(config)}`, () => ({
      releaseMemory: true,
      steady: Object.keys(weights),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])),
      program: (x) => {
        const states = decode(x, config, x.ids, x.positions, packed(config, batch.size, x.prompts, x.samples));
        const atActions = tf.gather(states, x.actionAt as tf.Tensor1D); // [actions, width]
        const { logProbs, entropies } = predictionsOf(x, config, atActions, x.actionIds, { temperature }); // [actions] each
        const all = { logProbs, entropies, values: valuesOf(x, atActions) };
        return Object.fromEntries(of.map((name) => [name, all[name]]));
      },
    }));
    const results = await compiled.run(inputs);
    for (const name of of) batch.actions.forEach(({ sequence, position }, i) => { scores[sequence][name][position] = results[name].data[i]; });
  }
  return scores;
}
