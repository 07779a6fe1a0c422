/** Policies of two runs side by side: each is what its own run made of it, and both meet the tasks and budgets of the first. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { parseArguments } from '../../src/cli/arguments.ts';
import { evaluate } from '../../src/cli/evaluate.ts';
import { policiesOf } from '../../src/cli/open-policy.ts';
import type { Setup } from '../../src/run/training/setup.ts';
import { folderWith, program } from './program.ts';

const tiny = { checkpoint: null, tokenizer: 'tokenizer.json', width: 16, layers: 1, heads: 2, keyValueHeads: 1, feedForward: 32, context: 512 };
const experiment = (name: string, policy: object, more: object = {}): string => JSON.stringify({
  name, policy, seed: 3, warmStart: { mode: 'always', steps: 1, batchTokens: 512 }, algorithm: { iterations: 0 },
  evaluation: { splits: ['entities'], tasksPerSplit: 3, every: 0 }, engine: { name: 'onnx:cpu', threads: 1 }, ...more,
});
const adapter = (alpha: number): object => ({ adapter: { rank: 2, alpha, modules: ['q_proj'] } });

const afterAll: (() => void)[] = [];
const folder = folderWith({ after: (action) => void afterAll.push(action as () => void) }, {
  'two.steptool.json': experiment('two', tiny),
  // heads of half the width, and twice as many: all shapes are the same
  'four.steptool.json': experiment('four', { ...tiny, heads: 4, keyValueHeads: 2, context: 384 }, { seed: 4, rollout: { maxTokens: 384 }, evaluation: { tasksPerSplit: 1 } }),
  'weak.steptool.json': experiment('weak', adapter(4)),
  // so strong, after such steps, that it ruins the policy
  'strong.steptool.json': experiment('strong', adapter(64), { warmStart: { mode: 'always', steps: 4, batchTokens: 512, learningRate: 0.5 } }),
});
cpSync(new URL('../../media/policy/tokenizer.json', import.meta.url), join(folder, 'tokenizer.json'));
process.on('exit', () => afterAll.forEach((action) => action()));
const runs: Record<string, string> = {};
before(async () => {
  for (const name of ['two', 'four', 'weak', 'strong']) {
    const { code, err } = await program(['train', `${name}.steptool.json`, '--no-report'], { cwd: folder });
    assert.equal(code, 0, err);
    runs[name] = join(folder, 'runs', name, readdirSync(join(folder, 'runs', name))[0]);
  }
});

const channel = { write: () => {}, isTerminal: false } as never;
/** What `evaluate` measures of the policy that an option names. */
async function opened(option: 'checkpoint' | 'against', ...words: string[]): Promise<Setup> {
  const find = await policiesOf('evaluate', ['checkpoint', 'against'], parseArguments(evaluate, words), [], { out: channel, err: channel } as never);
  const { setup } = await (await find(option))();
  await setup.programs.dispose();
  return setup;
}

test('another run\'s adapter counts as much as it did in its run', async () => {
  assert.equal((await opened('against', runs.weak, '--against', `${runs.strong}#0`)).config.adapter?.alpha, 64);
  assert.equal((await opened('checkpoint', runs.weak, '--against', `${runs.strong}#0`)).config.adapter?.alpha, 4);
  assert.equal((await opened('checkpoint', join(folder, 'weak.steptool.json'), '--checkpoint', runs.strong)).config.adapter?.alpha, 64, 'beside an experiment file, too');
});

test('its sizes are its own where all shapes agree; tasks, budgets and seed are those of the run that is given', async () => {
  const { config, experiment } = await opened('against', runs.two, '--against', runs.four, '--set', 'rollout.maxTokens=300');
  assert.deepEqual([config.heads, config.keyValueHeads, config.context], [4, 2, 384]);
  assert.deepEqual([experiment.seed, experiment.evaluation.tasksPerSplit, experiment.rollout.maxTokens], [3, 3, 300]);
});

test('measured beside another run, a policy has the pass rate that it has by itself', async () => {
  const same = ['--tasks', '8', '--split', 'entities', '--json'];
  const beside = JSON.parse((await program(['evaluate', runs.weak, '--against', `${runs.strong}#0`, ...same])).out) as { splits: unknown[]; against: { splits: unknown[] } };
  const alone = JSON.parse((await program(['evaluate', runs.strong, ...same])).out) as { splits: unknown[] };
  assert.deepEqual(beside.against.splits, alone.splits);
  assert.notDeepEqual(beside.splits, alone.splits);
});

test('a policy that has no room for the budgets is refused, with the field', async () => {
  const { code, err } = await program(['evaluate', runs.two, '--against', runs.four]);
  assert.equal(code, 2);
  assert.match(err, /--against .*four.*: its run has another policy, which does not go with the tasks and budgets here\. .*rollout\.maxTokens.*512.*384/);
});

test('a setting of the policy is refused where every policy is of another run, and holds for one\'s own', async () => {
  const { code, err } = await program(['rollout', runs.two, '--checkpoint', runs.four, '--set', 'policy.context=300']);
  assert.equal(code, 2);
  assert.match(err, /--set policy\.context: --checkpoint .*four.* is a policy of another run, which has this setting from there\. Leave it out, or give that run's folder/);
  const words = [runs.two, '--against', runs.four, '--set', 'policy.context=400', '--set', 'rollout.maxTokens=384'];
  assert.deepEqual([(await opened('checkpoint', ...words)).config.context, (await opened('against', ...words)).config.context], [400, 384]);
});

test('a policy whose tokenizer was replaced is refused: it would read and write other texts', async () => {
  const path = join(folder, 'tokenizer.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, `${text}\n`);
  try {
    for (const words of [[runs.two], [runs.weak, '--against', runs.two]]) {
      const { code, err } = await program(['evaluate', ...words]);
      assert.notEqual(code, 0);
      assert.match(err, /checkpoints.0 was trained with another tokenizer or template of dialogues than policy\.tokenizer, policy\.checkpoint and policy\.template now name: .* Put the earlier files back; those called "bundled" come with the version that trained it\./);
    }
  } finally {
    writeFileSync(path, text);
  }
});
