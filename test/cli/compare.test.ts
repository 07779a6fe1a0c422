/** A run that ruins its policy: what the run, its end and `evaluate --against` say of that must agree, sign included. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { folderWith, program, start, type Ended } from './program.ts';

const afterAll: (() => void)[] = [];
const folder = folderWith({ after: (action) => void afterAll.push(action as () => void) }, {
  'ruin.steptool.json': JSON.stringify({
    name: 'ruin', seed: 3, rollout: { tasksPerIteration: 4, samplesPerTask: 2 }, algorithm: { iterations: 2, epochs: 1, minibatches: 1, learningRate: 0.02 },
    evaluation: { splits: ['entities', 'combinations'], tasksPerSplit: 12, every: 0, confidence: 0.8 }, engine: { name: 'onnx:cpu', threads: 1 },
  }),
});
process.on('exit', () => afterAll.forEach((action) => action()));
let trained: Ended;
let run: string;
before(async () => {
  trained = await program(['train', 'ruin.steptool.json', '--no-report'], { cwd: folder });
  run = join(folder, 'runs', 'ruin', readdirSync(join(folder, 'runs', 'ruin'))[0]);
});

interface Difference { estimate: number; low: number; high: number }
interface Change { splits: { split: string; difference: Difference }[]; macro: Difference }
const against = async (...options: string[]): Promise<Change> => {
  const { code, out, err } = await program(['evaluate', run, ...options, '--json']);
  assert.equal(code, 0, err);
  return (JSON.parse(out) as { change: Change }).change;
};

test('the run records that it got worse, and its end says so', () => {
  assert.equal(trained.code, 0, trained.err);
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, number>);
  const [first, last] = lines.filter((line) => 'evaluate/macro/passRate' in line);
  for (const split of ['entities', 'combinations', 'macro']) {
    const [rate, start, change, low, high] = [last[`evaluate/${split}/passRate`], first[`evaluate/${split}/passRate`], ...['change', 'changeLow', 'changeHigh'].map((name) => last[`evaluate/${split}/${name}`])];
    assert.ok(start > 0.2 && rate === 0, `${split}: from ${start} to ${rate}`);
    assert.ok(Math.abs(change - (rate - start)) < 1e-12 && low < change && change < high && high < 0, `${split}: ${change}, ${low} to ${high}`);
  }
  assert.equal(Object.keys(first).some((name) => name.endsWith('/change')), false);
  assert.match(trained.err, /after step-grained PPO: 0\.0 % \[.*\], -\d\d\.\d points \[-\d\d\.\d, -\d+\.\d\] over the start on the same tasks\n$/);
  assert.match(trained.out, /\nTraining lowered the mean pass rate of the held-out splits from .* On the same tasks that is -\d\d\.\d points \(-\d\d\.\d to -\d+\.\d\): the policy got worse\.\n/);
});

test('that the policy no longer answers is recorded once, with the iteration that was the first', () => {
  const said = /"level":"warning","message":"\d+ % of this iteration's episodes were cut off, after \d+ % in iteration 1: the policy goes on calling and no longer answers\./g;
  assert.equal(readFileSync(join(run, 'log.jsonl'), 'utf8').match(said)?.length, 1);
});

test('evaluate --against says the same, and the opposite the other way round', async () => {
  const [worse, better] = [await against('--against', '0'), await against('--checkpoint', '0', '--against', '2')];
  const final = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, number>).at(-1)!;
  assert.deepEqual([worse.macro.estimate, worse.macro.low, worse.macro.high], ['change', 'changeLow', 'changeHigh'].map((name) => final[`evaluate/macro/${name}`]));
  for (const [at, { difference }] of worse.splits.entries()) {
    assert.ok(difference.high < 0);
    const mirrored = better.splits[at].difference;
    for (const [one, other] of [[mirrored.estimate, -difference.estimate], [mirrored.low, -difference.high], [mirrored.high, -difference.low]]) assert.ok(Math.abs(one - other) < 1e-12);
  }
  const sure = await against('--against', '0', '--set', 'evaluation.confidence=0.99');
  assert.ok(sure.macro.low < worse.macro.low && sure.macro.high > worse.macro.high, 'with the confidence that is asked for');
});

test('an experiment file is compared with a checkpoint of a run; a bare iteration it has not', async () => {
  const file = join(folder, 'ruin.steptool.json');
  const { code, out, err } = await program(['evaluate', file, '--against', `${run}#2`, '--split', 'entities', '--tasks', '4']);
  assert.equal(code, 0, err);
  assert.match(out, /^Policy: checkpoint 2 of [^]*\nPolicy: (.*)\n[^]*, on the same tasks \(80 % intervals\)\n\nentities +\+\d+\.\d points/);
  const bare = await program(['evaluate', file, '--against', '1']);
  assert.equal(bare.code, 2);
  assert.match(bare.err, /--against 1: an experiment file has no checkpoints\. Name a run too/);
});

test('what cannot be opened is told before anything is measured', async (t) => {
  const other = folderWith(t, { 'other.steptool.json': '{"name":"other","policy":{"checkpoint":null,"width":16,"layers":1,"heads":2,"keyValueHeads":1,"feedForward":16},"warmStart":{"mode":"always","steps":1,"batchTokens":256},"algorithm":{"iterations":0},"evaluation":{"tasksPerSplit":1}}' });
  await program(['train', 'other.steptool.json', '--no-report'], { cwd: other });
  const runs = join(other, 'runs', 'other');
  const damaged = join(runs, readdirSync(runs)[0]);
  truncateSync(join(damaged, 'checkpoints', '0', 'weights.safetensors'), 100);
  const refused = start(['evaluate', run, '--against', damaged, '--tasks', '100000']);
  t.after(() => refused.child.kill('SIGKILL'));
  const { code, err } = await refused.ended; // a hundred thousand tasks would take hours
  assert.notEqual(code, 0);
  assert.match(err, /checkpoints.0 is damaged: weights\.safetensors has 100 bytes instead of \d+/);
});
