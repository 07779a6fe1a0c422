/**
 * The bundled policy on two engines: the same greedy tokens on Atlas tasks, log-probabilities and one update that differ by
 * rounding alone. `node --import tsx test/tensorflow/parity.ts onnx:cpu tensorflow:cpu 200`; prints a row of docs/engines.md.
 */
import assert from 'node:assert/strict';
import { isEngineName } from '../../src/compute/names.ts';
import { openNamed } from '../../src/compute/open.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { liveTensors } from '../../src/compute/reference.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { attemptSplits } from '../../src/evaluate/attempts.ts';
import { imitationBatches } from '../../src/learn/imitate.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { score } from '../../src/learn/score.ts';
import type { Sequence } from '../../src/learn/packing.ts';
import { bundledPolicy } from '../../src/run/package-root.ts';
import { readPolicy, readTokenizer } from '../../src/run/policy-folder.ts';
import { createAtlas } from '../../src/world/atlas/atlas.ts';

const [first = 'onnx:cpu', second = 'reference', count = '200'] = process.argv.slice(2);
const tasks = Number(count);
const { config, weights } = await readPolicy(bundledPolicy());
const tokenizer = readTokenizer(bundledPolicy());
const world = createAtlas(defaultExperiment.world);
const { evaluation } = defaultExperiment;
// No episode ends because an engine is slow.
const rollout = { ...defaultExperiment.rollout, maxSeconds: 1e6, toolSeconds: 1e6 };
const settings = { ...defaultExperiment, rollout, evaluation: { ...evaluation, splits: evaluation.splits.slice(0, 1), tasksPerSplit: tasks, samplesPerTask: 1, temperature: 0 } };

/** @param written what is scored and learned from; by default what this engine wrote */
async function play(name: string, written?: readonly Sequence[]) {
  assert.ok(isEngineName(name), `${name} is no engine`);
  const { engine, device } = await openNamed(name, { threads: 0 });
  const programs = new ProgramCache(engine);
  const started = performance.now();
  const attempts = await attemptSplits(world, { programs, config, tokenizer, weights }, settings);
  const ids = attempts.map(({ episode }) => episode.tokens.ids);
  const sequences: readonly Sequence[] = written ?? attempts.slice(0, 16).map(({ episode: { tokens, promptLength } }, i) => ({
    group: String(i), prompt: tokens.ids.slice(0, promptLength), response: tokens.ids.slice(promptLength), mask: tokens.mask.slice(promptLength),
  }));
  const scores = (await score(programs, config, weights, sequences, ['logProbs'], 1, 512)).map(({ logProbs }) => logProbs);
  const optimizer = new Optimizer(programs, config, weights, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 });
  const batches = imitationBatches(config, sequences, 512);
  const { gradientNorm } = await optimizer.update(batches, 1e-4);
  const before = liveTensors();
  await optimizer.update(batches, 1e-4);
  assert.equal(liveTensors(), before, `an update on ${name} leaves tensors behind`);
  await optimizer.settle();
  const updated = optimizer.weights;
  const seconds = (performance.now() - started) / 1000;
  await programs.dispose();
  return { name, device, ids, sequences, scores, gradientNorm, updated, seconds, solved: attempts.filter(({ result }) => result.solved).length };
}

const a = await play(first);
const b = await play(second, a.sequences);
const worst = (x: ArrayLike<number>, y: ArrayLike<number>): number => Array.from(x).reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);
const same = a.ids.filter((ids, i) => ids.join() === b.ids[i].join()).length;
const logProbs = Math.max(...a.scores.map((scores, i) => worst(scores, b.scores[i])));
const norm = Math.abs(a.gradientNorm - b.gradientNorm) / a.gradientNorm;
const moved = Math.max(...Object.entries(a.updated).map(([name, { data }]) => worst(data, b.updated[name].data)));
const e = (x: number): string => x.toExponential(1);
console.log(`| ${a.name} | ${b.name} (${b.device}) | ${same} of ${tasks} | ${e(logProbs)} | ${e(norm)} | ${e(moved)} | ${a.solved}, ${b.solved} | ${a.seconds.toFixed(0)} s, ${b.seconds.toFixed(0)} s |`);
assert.equal(same, tasks, 'greedy tokens');
assert.ok(logProbs <= 1e-4, `log-probabilities differ by ${e(logProbs)}`);
assert.ok(norm <= 1e-3, `the norm of the gradient differs by ${e(norm)}`);
