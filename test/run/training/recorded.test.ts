/** Offline training: recorded trajectories through the whole of a run, its folder, a kill and a resume. */
import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { painter } from '../../../src/cli/paint.ts';
import { readResults, resultsText } from '../../../src/cli/results.ts';
import { fileSource } from '../../../src/run/folder/source.ts';
import { openTokens } from '../../../src/run/folder/tokens.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { ends, authors, tablePath, tokenizerJson, withControls } from '../../rollout/recorded/tables.ts';
import { computed, finished, onlyRun, tiny, trainer, workplace } from './processes.ts';

type Format = keyof typeof ends;
type Line = Record<string, number | null>;
interface Row { id: string; split: string; outcome: string; solved: boolean; steps: { reward: Record<string, number>; tokens: { start: number; end: number }; return: number }[] }

const places: (() => void)[] = [];
after(() => places.forEach((remove) => remove()));

const experiment = (format: Format, change: object = {}, recorded: object = {}) => ({
  ...tiny, policy: { ...tiny.policy, dialogue: format, context: 2048 }, warmStart: { mode: 'never' },
  rollout: { tasksPerIteration: 2, samplesPerTask: 1, maxTurns: 2, maxTokensPerTurn: 64, maxTokens: 2048, recorded: { file: 'table.csv', ...recorded } },
  algorithm: { ...tiny.algorithm, iterations: 4 }, evaluation: { splits: ['phrasings'], tasksPerSplit: 1, every: 0 }, ...change,
});

/** A workplace with a table, and a tokenizer that has the control tokens of its format. */
function offline(format: Format, settings: object = experiment(format), file = tablePath(format), tokenizer = tokenizerJson()): ReturnType<typeof workplace> {
  const place = workplace(settings);
  places.push(place.remove);
  copyFileSync(file, join(place.folder, 'table.csv'));
  writeFileSync(join(place.folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  writeFileSync(join(place.folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: ends[format], bos_token: '<s>', add_bos_token: true }));
  return place;
}

const lines = <T>(run: string, name: string): T[] => readFileSync(join(run, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as T);
const iterations = (run: string): Line[] => lines<Line>(run, 'metrics.jsonl').filter((line) => 'policy/kl' in line);
const learnt = (run: string): Row[] => lines<Row>(run, 'trajectories.jsonl').filter(({ id }) => id.startsWith('t'));

/** The ids of all trajectories that were learnt from, by their names. */
async function tokensOf(run: string): Promise<Map<string, ArrayLike<number>>> {
  const found = new Map<string, ArrayLike<number>>();
  for (const name of readdirSync(join(run, 'tokens'))) {
    const file = await openTokens(fileSource(join(run, 'tokens', name)));
    for (const id of file.trajectoryIds) found.set(id, (await file.row(id))!.ids);
  }
  return found;
}

/** Every figure there is a number; but for those of rewards without parts, and of trajectories without calls. */
function sane(line: Line): void {
  for (const [name, value] of Object.entries(line)) assert.ok(value === null ? /^(reward\/(succCalling|contribution)|rollout\/toolFailureRate)$/.test(name) : Number.isFinite(value), `${name} is ${value}`);
  assert.ok(line['policy/firstRatioError']! < 1e-5, `old log-probabilities are those of the policy now: ${line['policy/firstRatioError']}`);
  assert.ok(line['policy/entropy']! > 0 && line['policy/gradientNorm']! > 0 && line['policy/skippedMinibatches'] === 0);
  assert.ok(line['reward/step']! >= 0 && line['reward/step']! <= 1);
}

test('passes over a table: every row in each, with its own rewards; a killed run goes on to the same bytes; another table is refused', async () => {
  const place = offline('qwen2');
  const { folder: run } = await finished({ task: 'train', path: place.file });
  const found = iterations(run);
  found.forEach(sane);
  assert.deepEqual(found.map((line) => line['rollout/pass']), [1, 1, 2, 2], 'of five rows two and three a pass');
  assert.deepEqual(found.map((line) => line['rollout/cutShare']), [0, 0, 0, 0]);
  assert.ok(Math.abs(found[0]['policy/kl']!) < 1e-6 && Math.abs(found[3]['policy/kl']!) > 1e-4, 'the policy moves from where it began');
  const rows = learnt(run);
  assert.deepEqual(rows.slice(0, 5).map(({ id }) => id.replace(/^t\d\//, '')).sort(), ['row-1', 'row-2', 'row-3', 'row-4', 'row-5']);
  const first = rows.find(({ id }) => id.endsWith('/row-1'))!;
  assert.deepEqual(first.steps.map(({ reward }) => [reward['step'], reward['isSolved']]), [[0.8, undefined], [0.5333333333333333, undefined], [1, 1]]);
  assert.deepEqual([first.outcome, first.solved, first.split], ['answered', true, 'train']);
  assert.match(resultsText(await readResults(run, 0.95), 0.95, painter(false)), /^Speed +[\d,]+ tokens\/s scored, [\d,]+ trained$/m, 'nothing was written');

  const killed = offline('qwen2');
  assert.equal(await trainer({ task: 'train', path: killed.file, kill: { moment: 'minibatch', nth: 3 * 4 - 1 } }), undefined);
  const half = onlyRun(killed.folder);
  appendFileSync(join(killed.folder, 'table.csv'), '\n');
  assert.match((await trainer({ task: 'resume', path: half }))?.error ?? '', /was trained on another file than rollout\.recorded\.file \("table\.csv"\) now is/);
  copyFileSync(tablePath('qwen2'), join(killed.folder, 'table.csv'));
  const resumed = await finished({ task: 'resume', path: half });
  assert.deepEqual(resumed.events.map(({ resumedFrom }) => resumedFrom), [2]);
  assert.deepEqual(computed(resumed.folder, 4), computed(run, 4));
});

test('as released: tokens of the start among those that are learnt, a last reward that does not count, the batch that is not full left out', async () => {
  const released = experiment('toolllama', { preset: 'as-released', algorithm: { iterations: 2 } }, {});
  const place = offline('toolllama', { ...released, rollout: { ...released.rollout, tasksPerIteration: 4 } });
  const { folder: run } = await finished({ task: 'train', path: place.file });
  const found = iterations(run);
  found.forEach(sane);
  assert.deepEqual(found.map((line) => line['rollout/pass']), [1, 2], 'of five rows four a pass');
  for (const { steps } of learnt(run).slice(0, 4)) {
    // the first batch has no divergence yet: what is left of the last reward, times 0, is nothing
    assert.ok(Math.abs(steps[steps.length - 1].return) < 1e-6, `a return of ${steps[steps.length - 1].return} behind the last step`);
    if (steps.length > 1 && steps.some(({ reward }, t) => t < steps.length - 1 && reward['step'] > 0)) assert.ok(steps[0].return > 0);
  }
});

test("a run's own trajectories: those of its training tasks, rewarded as they were, or otherwise", async () => {
  const online = workplace({ ...tiny, warmStart: { steps: 2, batchTokens: 512 }, algorithm: { ...tiny.algorithm, iterations: 2 }, evaluation: { splits: ['phrasings'], tasksPerSplit: 1, every: 0 } });
  places.push(online.remove);
  const { folder: source } = await finished({ task: 'train', path: online.file });
  const again = workplace({ ...experiment('qwen2', {}, { file: join(source, 'trajectories.jsonl') }), policy: { ...tiny.policy, dialogue: 'steptool' }, algorithm: { ...tiny.algorithm, iterations: 4 },
    rollout: { ...tiny.rollout, maxTokens: 512, samplesPerTask: 1, recorded: { file: join(source, 'trajectories.jsonl') } } });
  places.push(again.remove);
  const { folder: run } = await finished({ task: 'train', path: again.file });
  const found = iterations(run);
  for (const line of found) assert.ok(line['policy/firstRatioError']! < 1e-5 && Number.isFinite(line['policy/loss']));
  assert.deepEqual(found.map((line) => line['rollout/pass']), [1, 1, 1, 1]);
  const rewards = ({ steps }: Row): unknown => steps.map(({ reward: { kl: _, ...parts } }) => parts);
  const before = new Map(learnt(source).map((row) => [row.id, row]));
  assert.equal(before.size, 8);
  for (const row of learnt(run)) {
    const original = before.get(row.id.slice(row.id.indexOf('/') + 1));
    assert.ok(original, row.id);
    assert.deepEqual(rewards(row), rewards(original));
    assert.deepEqual(row.steps.map(({ tokens }) => tokens), original.steps.map(({ tokens }) => tokens));
  }
  const whole = await tokensOf(source);
  for (const [id, ids] of await tokensOf(run)) assert.deepEqual(ids, whole.get(id.slice(id.indexOf('/') + 1)), `${id}: the very tokens that were written, none tokenised again`);
});

test('over the trajectories of an iteration it does what the iteration did: the same losses, gradients and credit', async () => {
  // the bundled policy, whose calls earn something; one minibatch, since trajectories are dealt in another order; values of
  // states that episodes were cut at count
  const settings = { seed: 5, rollout: { tasksPerIteration: 6, samplesPerTask: 2, maxTurns: 3, maxTokensPerTurn: 48, maxSeconds: 86400 }, credit: { bootstrapTruncated: true, groupBaseline: true }, algorithm: { iterations: 1, minibatches: 1 }, evaluation: { splits: ['phrasings'], tasksPerSplit: 1, every: 0 }, engine: tiny.engine };
  const online = workplace(settings);
  places.push(online.remove);
  const { folder: source } = await finished({ task: 'train', path: online.file });
  const again = workplace({ ...settings, rollout: { ...settings.rollout, recorded: { file: join(source, 'trajectories.jsonl') } } });
  places.push(again.remove);
  const { folder: run } = await finished({ task: 'train', path: again.file });
  const [[first], [second]] = [iterations(source), iterations(run)];
  assert.ok(first['rollout/truncatedRate']! > 0 && first['reward/episode']! > 0.3 && first['policy/gradientNorm']! > 0.05);
  for (const [name, value] of Object.entries(first)) {
    if (/^(speed|memory|compute|seconds)/.test(name) || name === 'policy/firstRatioError') continue;
    assert.ok(value === second[name] || Math.abs(second[name]! - value!) <= 1e-3 * Math.max(1, Math.abs(value!)), `${name}: ${value} online, ${second[name]} offline`);
  }
  const before = new Map(learnt(source).map((row) => [row.id, row]));
  for (const { id, steps } of learnt(run)) before.get(id.slice(id.indexOf('/') + 1))!.steps.forEach((step, t) => assert.ok(Math.abs(step.return - steps[t].return) < 1e-4, `${id}, step ${t}: return ${step.return} online, ${steps[t].return} offline`));
});

test('a file that is missing, wrong or too small stops the run before there is a folder', async () => {
  const refused = async (settings: object, spoil: (table: string) => void): Promise<string> => {
    const place = offline('qwen2', settings);
    spoil(join(place.folder, 'table.csv'));
    const said = await trainer({ task: 'train', path: place.file });
    assert.equal(existsSync(join(place.folder, 'runs')), false);
    return said?.error ?? 'it ran';
  };
  const plain = experiment('qwen2');
  assert.match(await refused(plain, (table) => appendFileSync(table, 'x\ty\n')), /^table\.csv:7:1: The row has 2 cells, and there are 3 columns\.$/);
  assert.match(await refused({ ...plain, rollout: { ...plain.rollout, tasksPerIteration: 6, recorded: { file: 'table.csv', lastBatch: 'drop' } } }, () => {}), /table\.csv has 5 trajectories, fewer than a batch of 6/);
  assert.match(await refused(plain, (table) => writeFileSync(table, readFileSync(table, 'utf8').split('\n').slice(0, 2).join('\n'))), /table\.csv has one trajectory, and "credit\.whiten" erases whether it went well/);
  assert.match(await refused({ ...plain, rollout: { ...plain.rollout, recorded: { file: 'none.csv' } } }, () => {}), /rollout\.recorded\.file: .*none\.csv cannot be read/);
});

test('a tokenizer without the control tokens of the table stops the run before there is a folder, and before anything is measured', async () => {
  const place = workplace({ ...experiment('llama3-1'), policy: { ...tiny.policy, context: 2048 } });
  places.push(place.remove);
  copyFileSync(tablePath('llama3-1'), join(place.folder, 'table.csv'));
  const said = await trainer({ task: 'train', path: place.file });
  assert.match(said?.error ?? 'it ran', /^rollout\.recorded\.file: table\.csv cannot be used: the policy's tokenizer cannot write its trajectories \(.* has no token <\|[a-z_]+\|>/);
  assert.equal(existsSync(join(place.folder, 'runs')), false);
});

test("one epoch on the authors' ten rows, as released", { skip: authors === undefined && 'their example files are not beside this repository (set STEPTOOL_EXAMPLES)' }, async (t) => {
  const bundled = withControls(JSON.parse(readFileSync(join(bundledPolicy(), 'tokenizer.json'), 'utf8')) as object);
  for (const format of ['toolllama', 'qwen2', 'llama3-1'] as const) {
    const released = experiment(format, { preset: 'as-released', policy: { ...tiny.policy, dialogue: format, context: 2048 }, algorithm: { iterations: 1 } });
    const place = offline(format, { ...released, rollout: { ...released.rollout, tasksPerIteration: 8, maxTokensPerTurn: 512 } }, join(authors!, `${format}__step_grained_for_ppo_example.csv`), bundled);
    const { folder: run } = await finished({ task: 'train', path: place.file });
    const [line] = iterations(run);
    sane(line);
    assert.equal(learnt(run).length, 8);
    t.diagnostic(`${format}: ${line['rollout/tokens']} tokens, ${line['rollout/actionTokens']} of them written, cut ${line['rollout/cutShare']!.toFixed(3)}, reward a step ${line['reward/step']!.toFixed(3)}, loss ${line['policy/loss']!.toExponential(2)}, gradient ${line['policy/gradientNorm']!.toFixed(3)}, entropy ${line['policy/entropy']!.toFixed(3)}`);
  }
});
