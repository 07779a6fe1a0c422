// Numbers that are none never reach the weights, on either engine: poisoned weights, rewards, log-probabilities, gradients too large.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as tf from '#tfjs';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { requireFinite, type Experience } from '../../src/learn/experience.ts';
import { NotFiniteError, statisticsOf, tellStatistics } from '../../src/learn/not-finite.ts';
import type { Batch } from '../../src/learn/batch-programs.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { ppoLoss, type PpoBatch } from '../../src/learn/ppo-loss.ts';
import { held } from '../../src/learn/reference.ts';
import { StepPpo } from '../../src/learn/step-ppo.ts';
import type { Weights } from '../../src/policy/weights.ts';
import { floats, onnx, reference } from '../compute/both-engines.ts';
import { livelyWeights, tiny } from '../policy/tiny.ts';
import { packWhole, ppoInputs, randomPpo, type PpoCase } from './ppo-case.ts';
import type { TokenFacts } from './slow-ppo.ts';

const adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, maxGradientNorm: 0.5, weightDecay: 0 };
const engines = [onnx, reference].map((engine) => ({ engine, programs: new ProgramCache(engine) }));
after(() => Promise.all(engines.map(({ programs }) => programs.dispose())));

function batchesOf(given: PpoCase, rows = 4096): Batch[] {
  const packed = packWhole(given.config, given.sequences, rows);
  const actions = packed.reduce((sum, batch) => sum + batch.actions.length, 0);
  return packed.map((batch) => ({
    key: batch.key, inputs: ppoInputs(given, batch, actions),
    objective: { name: 'ppo', program: (weights, x) => ppoLoss(weights, given.config, batch.size, x as PpoBatch, given.settings) },
  }));
}
/** The case with one fact of its first written token changed. */
function poisoned(given: PpoCase, fact: Partial<TokenFacts>): PpoCase {
  let left = 1;
  return { ...given, facts: given.facts.map((some) => some.map((each) => (each && left-- > 0 ? { ...each, ...fact } : each))) };
}
const bits = (tensors: { readonly [name: string]: { readonly data: Float32Array | Int32Array | Uint16Array } }): object =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')]));
const refused = async (work: Promise<unknown>): Promise<NotFiniteError> => {
  const error = await work.then(() => assert.fail('it was applied'), (reason: unknown) => reason);
  assert.ok(error instanceof NotFiniteError, String(error));
  return error;
};
const namesOf = ({ tensors }: NotFiniteError): string[] => tensors.map(({ name }) => name);

for (const { engine, programs } of engines) {
  test(`${engine.name}: an update with a NaN or an infinity in its batch is not applied, and says where it was; the next one is as if it had never been`, async () => {
    const given = randomPpo(41);
    const [hurt, unhurt] = [0, 1].map(() => new Optimizer(programs, tiny, given.weights, adam));
    for (const optimizer of [hurt, unhurt]) await optimizer.update(batchesOf(given), 1e-2);
    const before = [bits(hurt.weights), bits(hurt.state), hurt.updates];
    for (const [fact, value] of [['advantage', NaN], ['target', Infinity], ['oldLogProb', -Infinity]] as const) {
      for (const rows of [4096, 32]) { // one batch; several, of which only the first has it
        const error = await refused(hurt.update(batchesOf(poisoned(given, { [fact]: value }), rows), 1e-2));
        assert.ok(namesOf(error).includes(`input ${fact}`), error.message);
        const cause = error.tensors[0];
        assert.deepEqual([cause.nan, cause.infinite], Number.isNaN(value) ? [1, 0] : [0, 1]);
        assert.ok(namesOf(error).some((name) => name.startsWith('gradient ')), error.message);
        assert.match(error.message, /^Training stopped, its weights untouched: the loss of update 2 is (NaN|infinite)\. input /);
        assert.deepEqual([bits(hurt.weights), bits(hurt.state), hurt.updates], before);
      }
    }
    for (const optimizer of [hurt, unhurt]) await optimizer.update(batchesOf(given), 1e-2);
    assert.deepEqual([bits(hurt.weights), bits(hurt.state)], [bits(unhurt.weights), bits(unhurt.state)]);
  });

  test(`${engine.name}: a weight that is NaN is named, with the numbers beside it`, async () => {
    const given = randomPpo(42);
    const name = 'model.layers.1.mlp.up_proj.weight';
    const data = given.weights[name].data.slice();
    data[5] = NaN;
    const optimizer = new Optimizer(programs, tiny, { ...given.weights, [name]: { ...given.weights[name], data } } as Weights, adam);
    const error = await refused(optimizer.update(batchesOf(given), 1e-2));
    assert.equal(namesOf(error)[0], `weight ${name}`);
    assert.match(error.message, /weight model\.layers\.1\.mlp\.up_proj\.weight \[24, 16\]: 1 NaN; the others from -.*The weights themselves are broken/);
    assert.equal(optimizer.updates, 0);
  });

  test(`${engine.name}: gradients that are finite, but longer than a float can say, are not applied either`, async () => {
    const given = randomPpo(43, { klInLoss: 'none' });
    const optimizer = new Optimizer(programs, tiny, given.weights, adam);
    const before = bits(optimizer.weights);
    const steep = batchesOf(given).map((batch): Batch => ({ ...batch, objective: { name: 'steep', program: (weights, x) => {
      const { loss, metrics } = batch.objective.program(weights, x);
      return { loss: tf.mul(loss, 1e22), metrics };
    } } }));
    const error = await refused(optimizer.update(steep, 1e-2));
    assert.match(error.message, /: the gradient of update 1 has the norm Infinity\. gradient \S+ \[[\d, ]+\]: from .*algorithm\.learningRate/);
    assert.deepEqual(bits(optimizer.weights), before);
  });

  test(`${engine.name}: an episode with a NaN reward or log-probability stops learning before its first update`, async () => {
    const weights = livelyWeights(tiny, 44);
    const one = (change: Partial<Experience>): Experience => ({
      taskId: 'a', promptLength: 2, ids: [1, 2, 3, 4], mask: [0, 0, 1, 1], logProbs: [0, 0, -1, -2], values: [0, 0, 0.1, 0.2], scores: [1], outcome: 'answered', bootstrap: 0,
      steps: [{ index: 0, thought: '', action: 'f', arguments: '', observation: '', toolOutcome: 'answered', tokens: { start: 2, end: 4 }, reward: {}, seconds: 0 }], ...change,
    });
    const learn = (change: Partial<Experience>) => {
      const optimizer = new Optimizer(programs, tiny, weights, adam);
      const settings = { temperature: 1, credit: defaultExperiment.credit, algorithm: { ...defaultExperiment.algorithm, epochs: 1, minibatches: 1 } };
      return { optimizer, work: new StepPpo(programs, tiny, optimizer, held(weights), settings, 0.1).learn([one({}), one(change)], [1, 1]) };
    };
    for (const [change, words] of [
      [{ scores: [NaN] }, /: the rewards are partly NaN\. rewards \[2\]: 1 NaN; the others from 1 to 1, mean 1\. A reward is not a number/],
      [{ logProbs: [0, 0, -1, NaN] }, /: the log-probs of the policy are partly NaN/],
      [{ bootstrap: -Infinity }, /: the values of the critic are partly infinite/],
    ] as const) {
      const { optimizer, work } = learn(change);
      assert.match((await refused(work)).message, words);
      assert.equal(optimizer.updates, 0);
    }
    const { optimizer, work } = learn({});
    await work;
    assert.equal(optimizer.updates, 1);
  });
}

test('statistics: counts, extremes and the mean of what is finite; a tensor without a finite number has none', () => {
  const some = statisticsOf('x', floats([2, 3], [1, NaN, -3, Infinity, -Infinity, 5]));
  assert.deepEqual(some, { name: 'x', shape: [2, 3], nan: 1, infinite: 2, min: -3, max: 5, mean: 1 });
  assert.equal(tellStatistics(some), 'x [2, 3]: 1 NaN, 2 infinite; the others from -3 to 5, mean 1');
  assert.equal(tellStatistics(statisticsOf('y', floats([1], [NaN]))), 'y [1]: 1 NaN; no others');
  assert.equal(tellStatistics(statisticsOf('z', floats([2], [1, 2]))), 'z [2]: from 1 to 2, mean 1.5');
});

test('with many broken tensors the message names the first few, and the error has them all', () => {
  const tensors = Array.from({ length: 9 }, (_, i) => statisticsOf(`gradient ${i}`, floats([1], [NaN])));
  const error = new NotFiniteError('the loss is NaN', tensors);
  assert.match(error.message, /gradient 3 .*; and 5 more, in log\.jsonl\./);
  assert.equal(error.tensors.length, 9);
});

test('what is finite passes', () => {
  requireFinite([], [], {}, {});
});
