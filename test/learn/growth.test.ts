// Nothing grows: not memory, not programs, not tensors.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { liveTensors } from '../../src/compute/reference.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { ppoLoss, type PpoBatch } from '../../src/learn/ppo-loss.ts';
import { Generator } from '../../src/policy/generator.ts';
import { initialWeights, parameterCount } from '../../src/policy/weights.ts';
import { random } from '../../src/world/random.ts';
import { onnx, reference } from '../compute/both-engines.ts';
import { randomIds, tiny } from '../policy/tiny.ts';
import { packWhole, ppoInputs, randomPpo, type PpoCase } from './ppo-case.ts';

const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 };
const caches: ProgramCache[] = [];
const cacheOf = (engine: ConstructorParameters<typeof ProgramCache>[0], most?: number): ProgramCache => {
  const cache = new ProgramCache(engine, most);
  caches.push(cache);
  return cache;
};
after(() => Promise.all(caches.map((cache) => cache.dispose())));

const update = (optimizer: Optimizer, given: PpoCase) => {
  const packed = packWhole(given.config, given.sequences, 32);
  const actions = packed.reduce((sum, batch) => sum + batch.actions.length, 0);
  return optimizer.update(packed.map((batch) => ({
    key: batch.key, inputs: ppoInputs(given, batch, actions),
    objective: { name: 'ppo', program: (weights, x) => ppoLoss(weights, given.config, batch.size, x as PpoBatch, given.settings) },
  })), 1e-4);
};

const boundMB = 60;
v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;
/** MB, with what only waits to be collected left out. */
async function residentMB(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve)); // buffers of the engine are freed in their finalizers
  }
  return process.memoryUsage().rss / 1e6;
}

test(`500 updates with generation in between: less than ${boundMB} MB more than after the first 100, and no program compiled after the first rounds`, async () => {
  const programs = cacheOf(onnx);
  // large enough that one copy of weights and moments kept from each update would pass the bound
  const config = { ...tiny, width: 24, vocabulary: 500 };
  const cases = [randomPpo(31, {}, 0.5, config), randomPpo(32, {}, 0.5, config)];
  const optimizer = new Optimizer(programs, config, initialWeights(config, 1), adam);
  const stateMB = (3 * 4 * parameterCount(config)) / 1e6;
  assert.ok(400 * stateMB > 1.3 * boundMB);
  const draw = random('growth');
  const prompt = randomIds(draw, 20, config.vocabulary);
  let [resident, compiled] = [0, 0];
  for (let i = 1; i <= 500; i++) {
    await update(optimizer, cases[i % 2]);
    if (i % 25 === 0) {
      const generator = new Generator(programs, config, optimizer.weights, 4, 1);
      const [{ cache }] = await generator.prompt([prompt]);
      for (let slot = 0; slot < 4; slot++) generator.cache.place(slot, cache);
      for (let n = 0; n < 20; n++) await generator.step(Int32Array.from(randomIds(draw, 4, config.vocabulary)));
      await generator.extend([{ slot: 0, ids: prompt }]);
    }
    if (i === 100) [resident, compiled] = [await residentMB(), programs.compilations];
  }
  const grown = await residentMB() - resident;
  assert.ok(grown < boundMB, `${grown.toFixed(1)} MB more`);
  assert.equal(programs.compilations, compiled);
  assert.equal(optimizer.updates, 500);
});

test('compiled programs that are no longer used give their memory back', async () => {
  const programs = cacheOf(onnx, 3);
  const generate = async (prompt: number): Promise<void> => {
    const generator = new Generator(programs, { ...tiny, context: 512 }, initialWeights(tiny, 1), 2, 1);
    await generator.prompt([randomIds(random('p', prompt), prompt, tiny.vocabulary)]);
  };
  const lengths = [20, 60, 90, 120, 150];
  for (let round = 0; round < 3; round++) for (const length of lengths) await generate(length);
  const resident = await residentMB();
  for (let round = 0; round < 6; round++) for (const length of lengths) await generate(length);
  const grown = await residentMB() - resident;
  assert.equal(programs.compilations, lengths.length * 9, 'more than three shapes in turn: compiled each time');
  assert.ok(grown < boundMB, `${grown.toFixed(1)} MB more after ${programs.compilations} compilations`);
});

test('on the reference engine, the number of tensors is the same after every update and every generated token', async () => {
  const programs = cacheOf(reference);
  const small = { ...tiny, width: 8, layers: 1, feedForward: 8 };
  const given = randomPpo(33, {}, 0.5, small);
  const one = { ...given, sequences: given.sequences.slice(0, 2) };
  const optimizer = new Optimizer(programs, small, given.weights, adam);
  await update(optimizer, one);
  const before = liveTensors();
  for (let i = 0; i < 4; i++) {
    await update(optimizer, one);
    assert.equal(liveTensors(), before);
  }
  const generator = new Generator(programs, small, optimizer.weights, 2, 1);
  const [{ cache }] = await generator.prompt([[1, 2, 3]]);
  generator.cache.place(0, cache);
  await generator.step(Int32Array.of(4, -1));
  assert.equal(liveTensors(), before);
});
