/** The first trajectory of a file, however much was measured before the run began to train. */
import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readFirst } from '../../../src/run/training/read-first.ts';
import { temporaryFolder, trajectory } from '../folder-help.ts';

/** A line of some megabytes, with characters of several bytes that a block may part. */
const held = (megabytes: number): string => `${JSON.stringify({ ...trajectory(0, 0, 'x'), split: 'phrasings', query: 'ä'.repeat(megabytes * 2 ** 19) })}\n`;
const trained = `${JSON.stringify({ ...trajectory(1, 0, 'the first'), split: 'train', query: 'ö?' })}\n`;

test('training trajectories behind more than a block of held-out ones are found', (t) => {
  const path = join(temporaryFolder(t), 'trajectories.jsonl');
  for (const before of [held(5).repeat(5), held(20), held(17) + held(1), '\n'.repeat(2 ** 24)]) {
    for (const text of [before + trained, before + trained.trimEnd()]) {
      writeFileSync(path, text);
      assert.equal(readFirst(path, 'trajectories.jsonl').task.query, 'ö?');
    }
    writeFileSync(path, before);
    assert.throws(() => readFirst(path, 'trajectories.jsonl'), /^Error: has no trajectories to train on: those of held-out splits are left out$/);
  }
});

test('a damaged line in a later block is told by its number in the file', (t) => {
  const path = join(temporaryFolder(t), 'trajectories.jsonl');
  writeFileSync(path, `${held(5).repeat(5)}{"split": 3}\n`);
  assert.throws(() => readFirst(path, 'trajectories.jsonl'), /^RecordedError: trajectories\.jsonl:6:1: "split" should be a text\./);
});

test('a file that is larger than training reads is told of before', (t) => {
  const path = join(temporaryFolder(t), 'trajectories.jsonl');
  writeFileSync(path, trained);
  truncateSync(path, 2 ** 28 + 1);
  assert.throws(() => readFirst(path, 'trajectories.jsonl'), /^Error: has 268435457 bytes, of which at most 268435456 are read: split it$/);
});
