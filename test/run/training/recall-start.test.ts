import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import { recallStart } from '../../../src/run/training/recall-start.ts';
import { temporaryFolder, trajectory } from '../folder-help.ts';

const experiment = { evaluation: { ...defaultExperiment.evaluation, splits: ['phrasings', 'entities'], tasksPerSplit: 2, samplesPerTask: 2 } } as const;

/** A line of an attempt, by its prefix, as `before0`, `e0` or `e3`; the first task of each split is solved. */
const line = (prefix: string, split: string, task: number, sample: number, solved = task === 0): string =>
  `${JSON.stringify({ ...trajectory(Number(prefix.replace(/\D/g, '')), 0, 'x'), id: `${prefix}/${split}/${task}/${sample}`, taskId: `${split}/${task}`, split, sample, solved })}\n`;
const all = (prefix: string, solved?: boolean): string[] => ['phrasings', 'entities'].flatMap((split) => [0, 1].flatMap((task) => [0, 1].map((sample) => line(prefix, split, task, sample, solved))));

test('the attempts at the start are those before the first iteration, not those ahead of the warm start, and no later ones', async (t) => {
  const path = join(temporaryFolder(t), 'trajectories.jsonl');
  const recall = async (lines: readonly string[]) => {
    writeFileSync(path, lines.join(''));
    return recallStart(path, experiment);
  };
  const expected = ['phrasings', 'entities'].flatMap((split) => [0, 0, 1, 1].map((task) => ({ split, taskId: `${split}/${task}`, solved: task === 0 })));
  assert.deepEqual(await recall([...all('before0', false), ...all('e0'), ...all('t1', true), ...all('e1', true)]), expected);
  assert.deepEqual(await recall([...all('before0', false), 'no JSON\n', ...all('e0')]), expected);

  const start = all('e0');
  for (const [what, lines] of [
    ['none', [...all('before0'), ...all('t1')]], ['one attempt lost', [...start.slice(1), ...all('t1')]], ['one damaged', [start[0].slice(0, 40), '\n', ...start.slice(1)]],
    ['one twice', [...start, start[0]]], ['one twice in the place of another', [...start.slice(1), start[1]]], ['some behind the first iteration', [...start.slice(1), ...all('t1'), start[0]]],
  ] as const) assert.equal(await recall(lines), undefined, what);
});
