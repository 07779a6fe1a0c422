/** The first recorded trajectories of a file, for checks that do not take long. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { recordedKind } from '../../config/named-files.ts';
import type { Recording } from '../../rollout/recorded/recording.ts';
import type { World } from '../../world/world.ts';
import { mostBytes, noBatch, readRecordings } from './recorded.ts';

/** Bytes that are read at a time; a table's first row is well within. */
const block = 2 ** 24;
const newline = 0x0a;

/**
 * Reads the first trajectory that there is to train on, and of a run's own file what stands before it: a run that measured much
 * has many held-out ones there.
 * @throws as opening the file does for a row that cannot be read, where it has none to train on, and where it is too large
 */
export function readFirst(path: string, name: string, world: Pick<World, 'tools'> = { tools: [] }): Recording {
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size > mostBytes) throw new Error(`has ${size} bytes, of which at most ${mostBytes} are read: split it`);
    const first = recordedKind(name) === 'own' ? firstOfLines(handle, name, world) : readRecordings(read(handle).toString('utf8'), name, world).next().value;
    if (!first) throw new Error(`has no trajectories to train on${recordedKind(name) === 'own' ? ': those of held-out splits are left out' : ''}`);
    return first;
  } finally {
    closeSync(handle);
  }
}

/** Larger files have more trajectories than any batch. */
const mostToCount = 2 ** 26;

/**
 * Counts trajectories until there are as many as a batch has.
 * @throws where there are fewer; RecordedError for one on the way that cannot be read
 */
export function requireBatch(path: string, name: string, world: Pick<World, 'tools'>, batch: number): void {
  if (statSync(path).size > mostToCount) return;
  const recordings = readRecordings(readFileSync(path, 'utf8'), name, world);
  for (let count = 0; count < batch; count++) if (recordings.next().done) throw new Error(`it ${noBatch(count, batch)}`);
}

/** Whole lines, a block at a time. */
function firstOfLines(handle: number, name: string, world: Pick<World, 'tools'>): Recording | undefined {
  let line = 1;
  let kept: Buffer[] = [];
  for (;;) {
    const some = read(handle);
    const end = some.length === 0 ? 0 : some.lastIndexOf(newline) + 1;
    kept.push(end > 0 ? some.subarray(0, end) : some);
    if (end === 0 && some.length > 0) continue;
    const text = Buffer.concat(kept).toString('utf8');
    const first = readRecordings(text, name, world, line).next().value;
    if (first || some.length === 0) return first;
    line += text.split('\n').length - 1;
    kept = [some.subarray(end)];
  }
}

function read(handle: number): Buffer {
  const some = Buffer.alloc(block);
  return some.subarray(0, readSync(handle, some, 0, block, null));
}
