/** What comes into checkpoints: weights that something can go on from, and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import { NotFiniteError } from '../../../src/learn/not-finite.ts';
import { initialWeights, zerosLike } from '../../../src/policy/weights.ts';
import type { RunWriter } from '../../../src/run/folder/writer.ts';
import { Ledger } from '../../../src/run/training/ledger.ts';
import { codeOf } from '../../../src/run/training/rescue.ts';
import type { Setup } from '../../../src/run/training/setup.ts';
import { phraseConfig } from '../../rollout/phrases.ts';

test('weights that are not finite are no checkpoint: the error names them, and the one before stays the newest', () => {
  const written: number[] = [];
  const writer = { checkpoint: ({ iteration }: { iteration: number }) => { written.push(iteration); } } as unknown as RunWriter;
  const ledger = new Ledger({ experiment: defaultExperiment, config: phraseConfig, tokenizer: { changes: [] as readonly string[] } } as Setup, writer, () => {});
  const weights = initialWeights(phraseConfig, 1);
  const moments = zerosLike(weights);
  ledger.save({ weights, moments }, {});
  ledger.iteration = 1;
  for (const value of [NaN, Infinity]) {
    const gain = weights['model.norm.weight'];
    const broken = { ...weights, 'model.norm.weight': { ...gain, data: Float32Array.from(gain.data, (each, i) => (i === 2 ? value : each)) } };
    assert.throws(() => ledger.save({ weights: broken, moments }, {}), (error: Error) => {
      assert.ok(error instanceof NotFiniteError && codeOf(error) === 'notFinite');
      assert.match(error.message, /^No checkpoint is written: the weights are not finite\. weight model\.norm\.weight \[\d+\]: 1 (NaN|infinite); .* start anew with a lower algorithm\.learningRate\.$/);
      return true;
    });
  }
  assert.deepEqual([written, ledger.saved], [[0], 0]);
});
