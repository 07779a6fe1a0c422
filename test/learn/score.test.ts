// What a policy thinks of recorded tokens: the same as the loops that are written out.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import type { Sequence } from '../../src/learn/packing.ts';
import { score } from '../../src/learn/score.ts';
import { random } from '../../src/world/random.ts';
import { onnx } from '../compute/both-engines.ts';
import { slowPredictions, toSlow } from '../policy/slow-decoder.ts';
import { livelyWeights, randomIds, tiny } from '../policy/tiny.ts';

const programs = new ProgramCache(onnx);
after(() => programs.dispose());

test('log-probabilities, values and entropies of written tokens, of sequences packed together and of one that fills its line', async () => {
  const weights = livelyWeights(tiny, 3);
  const draw = random('rescore');
  const prompt = randomIds(draw, 5, tiny.vocabulary);
  const sequences = [[prompt, 9, 'a'], [prompt, 4, 'a'], [randomIds(draw, 1, tiny.vocabulary), 30, 'b'], [randomIds(draw, 20, tiny.vocabulary), 44, 'c']].map(([prompt, length, group]): Sequence =>
    ({ group: group as string, prompt: prompt as number[], response: randomIds(draw, length as number, tiny.vocabulary), mask: Array.from({ length: length as number }, () => Number(draw() < 0.6)) }));
  const temperature = 1.3;
  const found = await score(programs, tiny, weights, sequences, ['logProbs', 'values', 'entropies'], temperature, 128);
  const reference = await score(programs, tiny, weights, sequences, ['logProbs'], temperature, 128);
  sequences.forEach(({ prompt, response, mask }, i) => {
    const slow = slowPredictions(toSlow(weights), tiny, [...prompt, ...response], temperature);
    response.forEach((id, t) => {
      const { probabilities, value, entropy } = slow[prompt.length + t - 1];
      const expected = mask[t] ? [Math.log(probabilities[id]), value, entropy] : [0, 0, 0];
      [found[i].logProbs[t], found[i].values[t], found[i].entropies[t]].forEach((number, k) => assert.ok(Math.abs(number - expected[k]) < 1e-4, `sequence ${i}, token ${t}: ${number}, and not ${expected[k]}`));
    });
    assert.deepEqual(found[i].logProbs, reference[i].logProbs, 'as the reference is scored, to the bit: a policy has not moved from itself');
  });
});
