/** An observation of 50 MB: shown from its start on and piece by piece, and never posted or kept more than needed. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findAttempts, readText, showTrajectory } from '../../src/editor/trajectory-page/answers.ts';
import { textLimit } from '../../src/editor/trajectory-page/cut.ts';
import { Selection } from '../../src/editor/trajectory-page/selection.ts';
import { TrajectoryFile } from '../../src/editor/trajectory-page/trajectory-file.ts';
import type { OpenedFile } from '../../src/editor/trajectory-page/opened-file.ts';
import { fileSource } from '../../src/run/folder/source.ts';
import { inEnglish, Uri } from '../editor/fake-parts.ts';
import { temporaryFolder, trajectory } from '../run/folder-help.ts';

const megabyte = 1024 * 1024;

test('an observation of 50 MB is listed, shown cut, read on to its very end, found by what is in it, and keeps nothing else out', async (t) => {
  const path = join(temporaryFolder(t), 'trajectories.jsonl');
  const small = trajectory(1, 0, 'before');
  // Every character escaped: the line is twice as long as the text.
  const observation = `${'"'.repeat(50 * megabyte)}the needle at the end`;
  const large = { ...trajectory(1, 1, 'large'), id: 'large' };
  const line = { ...large, steps: large.steps.map((step, index) => (index === 0 ? { ...step, observation } : step)) };
  writeFileSync(path, [small, line, trajectory(2, 0, 'after')].map((one) => `${JSON.stringify(one)}\n`).join(''));
  const trajectories = new TrajectoryFile(fileSource(path), inEnglish);
  const opened: OpenedFile = { uri: Uri.file(path) as unknown as OpenedFile['uri'], name: 'large', trajectories };
  assert.equal((await trajectories.refresh()).added, 3);
  assert.deepEqual((await trajectories.rows([0, 1, 2])).map((row) => row.kind), ['trajectory', 'trajectory', 'trajectory']);

  const shown = await showTrajectory(opened, 0, 1);
  assert.ok(JSON.stringify(shown).length < 3 * textLimit, 'what is posted stays small');
  assert.deepEqual(shown.cuts, [{ step: 0, field: 'observation', length: observation.length }]);
  const end = await readText(inEnglish, opened, 1, 'observation', observation.length - 30, 0);
  assert.deepEqual(end, { text: `${'"'.repeat(9)}the needle at the end`, length: observation.length });
  assert.equal((await readText(inEnglish, opened, 1, 'observation', 0, 0)).text.length, textLimit);

  const selection = new Selection(trajectories, { search: 'NEEDLE at' });
  await selection.look(() => {});
  assert.deepEqual(selection.lines(0, 9), [1]);
  assert.equal((await findAttempts(opened, large.taskId)).rows.some((row) => row.id === 'large'), true);
});

test('a line beyond what can be read keeps its place and says how long is too long', async () => {
  const size = 300 * megabyte;
  // A file that claims its size and gives only what is asked for, so that the test needs no such file.
  const source = {
    name: 'huge.jsonl',
    size: () => Promise.resolve(size),
    read: (position: number, length: number) => {
      const block = new Uint8Array(Math.max(0, Math.min(length, size - position))).fill(97);
      if (block.length > 0 && position + block.length === size) block[block.length - 1] = 10;
      return Promise.resolve(block);
    },
  };
  const file = new TrajectoryFile(source, inEnglish);
  await file.refresh();
  assert.deepEqual(await file.rows([0]), [{ kind: 'bad', line: 0, why: 'line 1 has more than 256 MB, too much to read' }]);
  await assert.rejects(file.trajectory(0), /line 1 has more than 256 MB, too much to read\. The other lines can\./);
  const selection = new Selection(file, { search: 'a' });
  await selection.look(() => {});
  assert.equal(selection.count, 0);
});
