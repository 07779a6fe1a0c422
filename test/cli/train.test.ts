import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { Results } from '../../src/cli/results.ts';
import { createRun } from '../../src/run/folder/create.ts';
import { folderWith, program, tinyExperiment, type Ended } from './program.ts';

// One tiny run, trained once; the tests look at it from all sides.
const afterAll: (() => void)[] = [];
const folder = folderWith({ after: (action) => void afterAll.push(action as () => void) }, { 'tiny.steptool.json': tinyExperiment });
process.on('exit', () => afterAll.forEach((action) => action()));
let trained: Ended;
let run: string;

before(async () => {
  trained = await program(['train', 'tiny.steptool.json', '--set', 'seed=4', '--out', 'elsewhere'], { cwd: folder });
  const runs = join(folder, 'elsewhere', 'tiny');
  assert.ok(existsSync(runs), trained.err);
  run = join(runs, readdirSync(runs)[0]);
});

test('training tells how it goes, a line an iteration', () => {
  assert.equal(trained.code, 0, trained.err);
  const lines = trained.err.trimEnd().split('\n');
  assert.match(lines[0], /^[\d,]+ parameters on onnx:cpu \(.*\)$/);
  assert.match(lines[1], /^Run folder: elsewhere[\\/]tiny[\\/]/);
  assert.match(lines[2], /^Pass rate on held-out tasks before the warm start: \d+\.\d % \[/);
  assert.equal(lines.filter((line) => line.startsWith('warm start, update ')).length, 5);
  for (const n of [1, 2]) assert.equal(lines.filter((line) => new RegExp(`^iteration ${n} of 2, pass rate .* %, .*IsSolved 0\\.\\d\\d, [\\d,]+ tokens/s written, [\\d,]+ trained, .* left$`).test(line)).length, 1, trained.err);
  assert.match(lines.at(-1)!, /^Pass rate on held-out tasks after step-grained PPO: \d+\.\d % \[\S+, \S+\], [-+]?\d+\.\d points \[\S+, \S+\] over the start on the same tasks$/);
  assert.doesNotMatch(trained.err + trained.out, /\u001b/);
});

test('training ends with a table of stages and splits, its cost, and where everything is', () => {
  const lines = trained.out.trim().split('\n');
  const [heading, ...rest] = lines;
  assert.match(heading, /^Pass rate \(95 % intervals\) +Before +After warm start +After step-grained PPO +Change, in points$/);
  for (const [row, split] of ['phrasings', 'entities', 'combinations', 'mean'].entries()) assert.match(rest[row], new RegExp(`^  ${split}( +\\d+\\.\\d % \\[\\d+\\.\\d, \\d+\\.\\d\\]){3} +[-+]?\\d+\\.\\d \\[-\\d+\\.\\d, \\d+\\.\\d\\]$`));
  const text = rest.join('\n');
  assert.match(text, /^Training +2 iterations, .* s \(with evaluation and warm start .* s\)$/m);
  assert.match(text, /^Speed +[\d,]+ tokens\/s written, [\d,]+ trained$/m);
  assert.match(text, /^Peak memory +\d+ MB$/m);
  assert.match(text, /^Run folder +elsewhere[\\/]tiny[\\/]\S+$/m);
  assert.match(text, /^Report +elsewhere\S+report\.html$/m);
});

test('the run folder holds the file as it really ran', () => {
  const expected = tinyExperiment.replace('"tasksPerSplit": 4 }', '"tasksPerSplit": 4 }');
  const ran = readFileSync(join(run, 'experiment.steptool.json'), 'utf8');
  assert.match(ran, /"seed": 4/);
  assert.match(ran, /"folder": "elsewhere"/);
  assert.ok(ran.startsWith('// As small as it gets.') && ran.includes('// three splits') && expected.length < ran.length);
  assert.equal((JSON.parse(readFileSync(join(run, 'resolved.json'), 'utf8')) as { seed: number }).seed, 4);
  assert.equal((JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { status: string }).status, 'finished');
});

test('a finished run is not resumed', async () => {
  const { code, out, err } = await program(['resume', run]);
  assert.deepEqual({ code, out }, { code: 1, out: '' });
  assert.match(err, /^steptool resume: .* finished at .*: there is nothing to resume\. Start a new run/);
});

test('report writes the page anew and prints where it is', async () => {
  const { code, out, err } = await program(['report', run], { cwd: folder });
  assert.deepEqual({ code, err }, { code: 0, err: '' });
  assert.equal(out.trim(), join('elsewhere', 'tiny', run.split(/[\\/]/).at(-1)!, 'report.html'));
  assert.match(readFileSync(join(folder, out.trim()), 'utf8'), /<!doctype html>/i);
});

test('evaluate measures a checkpoint as the run did: the same tasks, the same figures', async () => {
  const { code, out } = await program(['evaluate', run, '--json']);
  assert.equal(code, 0);
  const summary = JSON.parse(out) as { policy: string; splits: { split: string; tasks: number; passRate: { estimate: number }; meanSteps: number; finishRate: number }[] };
  assert.match(summary.policy, /^checkpoint 2 of /);
  const final = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>).find(({ stage }) => stage === 'final')!;
  assert.equal(summary.splits.length, 3);
  for (const { split, tasks, passRate, meanSteps, finishRate } of summary.splits) {
    assert.deepEqual([tasks, passRate.estimate, meanSteps, finishRate], ['tasks', 'passRate', 'steps', 'finishRate'].map((name) => final[`evaluate/${split}/${name}`]));
  }
});

test('evaluate takes splits, samples and checkpoints, and refuses what the run does not have', async () => {
  const { code, out } = await program(['evaluate', run, '--checkpoint', '0', '--split', 'entities', '--tasks', '2', '--samples', '2'], { cwd: folder });
  assert.equal(code, 0);
  assert.match(out, /^Policy: checkpoint 0 of elsewhere.*\n\nSplit +Pass rate +95 % interval +Pass@2 +Tasks +Steps/);
  assert.deepEqual(out.trim().split('\n').slice(3).map((line) => line.split(' ')[0]), ['entities', 'mean']);
  const none = await program(['evaluate', run, '--checkpoint', '1']);
  assert.equal(none.code, 2);
  for (const set of ['policy.width=64', 'policy.checkpoint=null', 'algorithm.epochs=3', 'warmStart.steps=9']) {
    const refused = await program(['evaluate', run, '--set', set]);
    assert.equal(refused.code, 2, set);
    assert.match(refused.err, /cannot change what is measured/);
  }
  const short = await program(['evaluate', run, '--set', 'policy.context=256']);
  assert.equal(short.code, 2);
  assert.match(short.err, /context-exceeded/);
  assert.doesNotMatch(short.err, /no-effect/, 'nothing about fields that nobody wrote');
  assert.match(none.err, /has no checkpoint of iteration 1\. It has those of 0, 2;/);
  const unknown = await program(['evaluate', run, '--split', 'entitys']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /error unknown-value: .*Did you mean "entities"\?/);
});

test('evaluate compares two checkpoints on the same tasks, as the run itself did at its end', async () => {
  const { code, out, err } = await program(['evaluate', run, '--against', '0', '--json']);
  assert.equal(code, 0, err);
  interface Change { estimate: number; low: number; high: number }
  const compared = JSON.parse(out) as { policy: string; against: { policy: string; splits: { split: string }[] }; change: { splits: { split: string; difference: Change }[]; macro: Change } };
  assert.match(`${compared.policy} against ${compared.against.policy}`, /^checkpoint 2 of .* against checkpoint 0 of /);
  const final = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>).find(({ stage }) => stage === 'final')!;
  for (const { split, difference } of [...compared.change.splits, { split: 'macro', difference: compared.change.macro }]) {
    assert.deepEqual([difference.estimate, difference.low, difference.high], ['change', 'changeLow', 'changeHigh'].map((name) => final[`evaluate/${split}/${name}`]));
    assert.ok(difference.low < difference.estimate && difference.estimate < difference.high);
  }
  const text = (await program(['evaluate', run, '--against', '0', '--split', 'entities', '--tasks', '2'], { cwd: folder })).out;
  assert.match(text, /^Policy: checkpoint 0 of [^]*\nPolicy: checkpoint 2 of [^]*\nCheckpoint 2 of elsewhere\S+ less checkpoint 0 of elsewhere\S+, on the same tasks \(95 % intervals\)\n\nentities +[-+]?\d+\.\d points \[-\d+\.\d, \d+\.\d\]\nmean /);
  const missing = await program(['evaluate', run, '--against', '1']);
  assert.deepEqual([missing.code, missing.out], [2, ''], 'found out before anything is measured');
  assert.match(missing.err, /--against 1: .*has no checkpoint of iteration 1\. It has those of 0, 2;/);
});

test('rollout plays tasks with a checkpoint, readably and as JSON, the same each time', async () => {
  const experiment = join(folder, 'tiny.steptool.json');
  const { code, out, err } = await program(['rollout', experiment, '--checkpoint', `${run}#2`, '--tasks', '2', '--split', 'phrasings']);
  assert.equal(code, 0);
  assert.match(err, /^In 2 attempts the policy wrote not one call that reached a tool \(.*Warm-start it for longer: raise warmStart\.steps above 5\.\n$/);
  assert.match(out, /^Policy: checkpoint 2 of /);
  assert.match(out, /\nphrasings\/0 {2}I\d, phrasings\n {2}Query: .*\n {2}Tools: .*\n {2}Step 1\n {4}Thought: [\s\S]*\n {4}Observation: [\s\S]*\n {4}Outcome: .*\n {4}Reward: .*together/);
  assert.match(out, /\nSolved \d of 2\.\n$/);
  const asJson = async (...more: string[]): Promise<unknown[]> => {
    const { trajectories } = JSON.parse((await program(['rollout', run, '--tasks', '1', '--json', ...more])).out) as { trajectories: { steps: { thought: string; seconds: number }[] }[] };
    return trajectories.map(({ steps }) => steps.map(({ seconds: _, ...step }) => step));
  };
  const first = await asJson('--seed', '3');
  assert.deepEqual(await asJson('--seed', '3'), first);
  assert.notDeepEqual(await asJson('--seed', '4'), first);
});

test('as JSON, the result is one document, and the error stream has the progress', async () => {
  const { code, out, err } = await program(['train', 'tiny.steptool.json', '--json', '--no-report', '--set', 'algorithm.iterations=1'], { cwd: folder });
  assert.equal(code, 0, err);
  const results = JSON.parse(out) as Results & { report: string | null };
  assert.deepEqual([results.status, results.iterations, results.report], ['finished', 1, null]);
  assert.deepEqual(results.stages.map(({ id }) => id), ['before', 'warmStart', 'final']);
  assert.deepEqual(results.passRate.map(({ split, cells }) => [split, cells.length]), [['phrasings', 3], ['entities', 3], ['combinations', 3], ['mean', 3]]);
  assert.ok(results.seconds.training > 0 && results.seconds.all > results.seconds.training && results.peakMemory > 10 && results.tokensPerSecond!.trained > 0);
  assert.equal(existsSync(join(results.folder, 'report.html')), false);
  assert.match(err, /^iteration 1 of 1, /m);
});

test('a second writer is told who the first one is', async () => {
  const file = readFileSync(join(folder, 'tiny.steptool.json'));
  const writer = createRun({
    root: join(folder, 'held'), experimentName: 'tiny', experimentPath: join(folder, 'tiny.steptool.json'), experimentText: file, resolved: JSON.parse(readFileSync(join(run, 'resolved.json'), 'utf8')) as object,
    seeds: {}, engine: { name: 'onnx:cpu', reason: '', threads: 1 }, versions: {},
  });
  try {
    const { code, out, err } = await program(['resume', writer.folder]);
    assert.deepEqual({ code, out }, { code: 1, out: '' });
    assert.match(err, new RegExp(`^steptool resume: .*${process.pid}`));
  } finally {
    writer.close();
  }
});
