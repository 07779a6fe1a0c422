/** The rehearsal of a run's largest step: where it is made, that it tries what it says, and that it leaves no trace. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostTensors } from '../../../src/compute/engine.ts';
import { EngineError } from '../../../src/compute/failures.ts';
import { ProgramCache } from '../../../src/compute/program-cache.ts';
import { watched } from '../../../src/compute/watch.ts';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import { predictMemory } from '../../../src/learn/memory.ts';
import { Optimizer } from '../../../src/learn/optimizer.ts';
import { updateRows } from '../../../src/learn/packing.ts';
import { held } from '../../../src/learn/reference.ts';
import { StepPpo } from '../../../src/learn/step-ppo.ts';
import { isTight, rehearse, tellMemory } from '../../../src/run/training/rehearse.ts';
import { livelyWeights, tiny } from '../../policy/tiny.ts';
import { onnx } from '../../compute/both-engines.ts';

const rollout = { ...defaultExperiment.rollout, maxTokens: 64, liveEpisodes: 4 };
const experiment = { ...defaultExperiment, rollout };
const memory = predictMemory(tiny, experiment);
const engineOf = (name: string) => ({ memory, engine: { engine: { ...onnx, name, threads: 1, compile: onnx.compile.bind(onnx) }, reason: '' } });
const bits = (tensors: HostTensors) => Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Buffer.from(data.slice().buffer).toString('base64')]));

test('a run is rehearsed where it takes more than half of the free memory, and on graphics cards, whose memory nobody knows', () => {
  assert.equal(isTight(engineOf('onnx:cpu'), memory.total * 2.1), false);
  assert.equal(isTight(engineOf('onnx:cpu'), memory.total * 1.9), true);
  assert.equal(isTight(engineOf('onnx:webgpu'), memory.total * 100), true);
});

test('the prediction stands in the log; a warning where not as much is free', () => {
  const log: [string, string, unknown][] = [];
  const warnings: string[] = [];
  const tell = (free: number): void => tellMemory(engineOf('onnx:cpu'), { log: (level, message, fields) => void log.push([level, message, fields]) }, (event) => { if (event.kind === 'warning') warnings.push(event.message); }, { total: 1e12, free });
  tell(memory.total * 2);
  assert.deepEqual([log.length, warnings], [1, []]);
  assert.match(log[0][1], /^Will take about \d+ MB of memory$/);
  tell(1e6);
  assert.match(warnings[0], /^The run will take about \d+ MB of memory, and only 1\.0 MB are free: close other programs\. For /);
});

/** The rehearsal's programs, by the inputs of theirs that say how large they are. */
async function rehearsed(fails = false) {
  const sizes: string[] = [];
  const programs = new ProgramCache(watched({
    name: 'onnx:cpu', threads: 1,
    async compile(program, signature) {
      const { ids, mask } = signature.inputs;
      sizes.push(`${ids.shape[0]} rows${mask ? ` and a past of ${mask.shape[1]}` : ''}`);
      const compiled = await onnx.compile(program, signature);
      return fails ? { ...compiled, run: async () => { throw new Error('std::bad_alloc'); } } : compiled;
    },
  }));
  const weights = livelyWeights(tiny, 5);
  const optimizer = new Optimizer(programs, tiny, weights, { ...experiment.algorithm.adam, maxGradientNorm: 1, weightDecay: 0 });
  const learner = new StepPpo(programs, tiny, optimizer, held(weights), { algorithm: experiment.algorithm, credit: experiment.credit, temperature: 1 }, 0.1);
  const before = [bits(optimizer.weights), bits(optimizer.state), optimizer.updates, learner.klCoefficient];
  const log: string[] = [];
  try {
    await rehearse({ experiment, programs, config: tiny }, learner, { log: (_, message) => void log.push(message) });
  } finally {
    assert.deepEqual([bits(optimizer.weights), bits(optimizer.state), optimizer.updates, learner.klCoefficient], before);
    await programs.dispose();
  }
  return { sizes, log };
}

test('all live episodes at their longest, and an update full of such: computed, and forgotten', async () => {
  const { sizes, log } = await rehearsed();
  assert.deepEqual(sizes, ['4 rows and a past of 128', `${updateRows} rows`]);
  assert.match(log[0], /^The largest step was tried before the first, in \d+\.\d s: it fits$/);
});

test('where it does not fit, the run ends before anything is collected, and says what to lower', async () => {
  await assert.rejects(rehearsed(true), (error: unknown) => error instanceof EngineError && error.kind === 'memory' && /rollout\.liveEpisodes/.test(error.message));
});
