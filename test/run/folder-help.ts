/** A small make-believe training for the run folder's tests, and disks that fail. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { createRun } from '../../src/run/folder/create.ts';
import type { Disk } from '../../src/run/folder/disk.ts';
import { nodeDisk } from '../../src/run/folder/disk.ts';
import type { MetricsLine, TrajectoryLine } from '../../src/run/folder/lines.ts';
import type { RunWriter } from '../../src/run/folder/writer.ts';

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-run-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A small deterministic generator (mulberry32): 32-bit integers. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

export const fixedNow = (): Date => new Date('2024-10-10T07:45:00Z');

/** The real file system without waiting for it: for tests that open thousands of files. */
export const quickDisk: Disk = { ...nodeDisk, sync: () => {}, syncFolder: () => {}, truncate: (path, size) => nodeDisk.truncate(path, size) };

const changing = ['open', 'write', 'sync', 'truncate', 'rename', 'link', 'remove', 'removeFolder', 'makeFolder', 'syncFolder'] as const;

/**
 * A disk whose changing calls are counted and handed to `before`, which may throw in their place. `half` makes the
 * write at that call put down half of its bytes before it fails, as real disks do.
 */
export function watchedDisk(base: Disk, before: (call: number, name: string, half: () => void) => void): Disk & { calls: () => number } {
  let calls = 0;
  const disk: Record<string, unknown> = { ...base, calls: () => calls };
  for (const name of changing) {
    const real = base[name] as (...args: unknown[]) => unknown;
    disk[name] = (...args: unknown[]) => {
      const half = (): void => {
        const [handle, bytes] = args;
        if (name === 'write' && typeof handle === 'number' && bytes instanceof Uint8Array) base.write(handle, bytes.subarray(0, bytes.length >> 1));
      };
      before(calls++, name, half);
      return real(...args);
    };
  }
  return disk as unknown as Disk & { calls: () => number };
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

export const newRun = (root: string, disk: Disk = nodeDisk): RunWriter =>
  createRun({
    root,
    disk,
    now: fixedNow,
    newId: () => '20241010-074500-abcd',
    experimentName: 'pretend',
    experimentPath: 'pretend.steptool.json',
    experimentText: new TextEncoder().encode('{ // as it was\n}\n'),
    resolved: { seed: 7 },
    seeds: { experiment: 7 },
    engine: { name: 'pretend', reason: 'a test', threads: 1 },
    versions: { steptool: '0.0.0' },
  });

export const trajectory = (iteration: number, sample: number, thought: string): TrajectoryLine => ({
  id: `${iteration}.${sample}`, iteration, taskId: 'task', split: 'train', level: 'I1', query: 'Why?', tools: ['look'], sample, seed: 1, weightsVersion: iteration,
  outcome: 'answered', solved: true,
  steps: [{ index: 0, thought, action: 'look', arguments: '{}', observation: 'ok', toolOutcome: 'ok', tokens: { start: 0, end: 2 }, reward: { succCalling: 1 }, seconds: 0 }],
});

export const metrics = (iteration: number, value: number): MetricsLine => ({ iteration, updates: iteration, tokens: 4 * iteration, seconds: 0, 'reward/step': value });

/** What the make-believe policy is: a number that each iteration changes. */
export interface Pretend {
  weight: number;
}

export const lastIteration = 4;

/** Goes on from `after` to the end, as a trainer does: two trajectories and their tokens an iteration, a checkpoint every second. */
export function train(writer: RunWriter, pretend: Pretend, after: number): void {
  for (let iteration = after + 1; iteration <= lastIteration; iteration++) {
    pretend.weight = numbers(pretend.weight + iteration)() % 1000;
    for (const sample of [0, 1]) writer.trajectory(trajectory(iteration, sample, `weight ${pretend.weight}`));
    writer.annotation({ trajectory: `${iteration}.0`, step: 0, part: 'contribution', author: 'judge:pretend', value: pretend.weight });
    writer.tokens(iteration, [0, 1].map((sample) => ({ id: `${iteration}.${sample}`, ids: [pretend.weight, sample], mask: [0, 1], logProb: [0, -pretend.weight / 8] })));
    writer.metrics(metrics(iteration, pretend.weight));
    writer.commit();
    writer.log('info', `iteration ${iteration}`);
    if (iteration % 2 === 0) checkpoint(writer, pretend, iteration);
  }
  writer.end('finished');
}

export function checkpoint(writer: RunWriter, pretend: Pretend, iteration: number): void {
  const tensor = { shape: [2], dtype: 'float32' as const, data: Float32Array.of(pretend.weight, iteration) };
  writer.checkpoint({ iteration, weights: { w: tensor }, optimizer: { 'w.m': tensor }, state: { weight: pretend.weight } }, { keep: 2 });
}

/** All files under a folder with their bytes, but for those whose content depends on the clock. */
export function snapshot(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  const walk = (at: string): void => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (name !== 'run.json' && name !== 'log.jsonl') files[relative(folder, path).replaceAll('\\', '/')] = readFileSync(path).toString('base64');
    }
  };
  walk(folder);
  return files;
}
