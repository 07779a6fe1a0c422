/** Training processes for the tests of resuming: a tiny experiment, children that are killed, runs compared. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrainingEvent } from '../../../src/run/training/events.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { withoutWallClock } from '../../../src/run/metrics.ts';

/** What can come by in a training process: its events, each minibatch, each change on the disk, each in `checkpoints/`. */
export type Moment = TrainingEvent['kind'] | 'minibatch' | 'disk' | 'checkpointDisk';

export interface Order {
  readonly task: 'train' | 'resume';
  /** The experiment file or the run folder. */
  readonly path: string;
  /** At the nth such moment the process kills itself, asks for a graceful stop, or aborts. */
  readonly kill?: { readonly moment: Moment; readonly nth: number };
  readonly stop?: { readonly moment: Moment; readonly nth: number };
  readonly abort?: { readonly moment: Moment; readonly nth: number };
}

/** What a process that was not killed says at its end. */
export interface Said {
  readonly folder?: string;
  readonly status?: string;
  readonly iteration?: number;
  readonly error?: string;
  readonly seen: Readonly<Partial<Record<Moment, number>>>;
  readonly events: { readonly kind: string; readonly message?: string; readonly resumedFrom?: number; readonly warmStartFrom?: number }[];
}

export const tiny = {
  seed: 5,
  policy: { checkpoint: null, tokenizer: 'tokenizer.json', width: 16, layers: 2, heads: 2, keyValueHeads: 1, feedForward: 32, context: 512 },
  warmStart: { steps: 6, batchTokens: 1024 },
  // no wall clock may decide how an episode ends, however busy the machine is
  rollout: { tasksPerIteration: 2, samplesPerTask: 2, maxTurns: 3, maxTokensPerTurn: 8, maxSeconds: 86400 },
  // rates at which a few updates of a tiny model show
  algorithm: { iterations: 6, epochs: 2, minibatches: 2, learningRate: 0.01, kl: { coefficient: 0.5, controller: 'adaptive', target: 0.1, horizon: 8 } },
  evaluation: { tasksPerSplit: 3, every: 2 },
  checkpoints: { every: 2 },
  engine: { name: 'onnx:cpu', threads: 1 },
};

/** A temporary folder with an experiment in it, a tokenizer beside it, and how to be rid of it. */
export function workplace(experiment: object = tiny): { folder: string; file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-training-'));
  const file = join(folder, 'tiny.steptool.json');
  copyFileSync(join(bundledPolicy(), 'tokenizer.json'), join(folder, 'tokenizer.json'));
  writeFileSync(file, JSON.stringify(experiment, null, 2));
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

const child = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Runs a training process to its end; undefined when it was killed. */
export async function trainer(order: Order): Promise<Said | undefined> {
  const started = spawn(process.execPath, ['--import', 'tsx', child, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  started.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  await new Promise((resolve) => started.on('close', resolve));
  return said === '' ? undefined : (JSON.parse(said) as Said);
}

/** A process that is expected to finish its run. */
export async function finished(order: Order): Promise<Said & { readonly folder: string }> {
  const said = await trainer(order);
  assert.ok(said?.folder !== undefined, `the process ended without a run: ${said?.error ?? 'killed'}`);
  assert.equal(said.status, 'finished');
  return { ...said, folder: said.folder };
}

/** The one run under a workplace. */
export function onlyRun(folder: string): string {
  const parent = join(folder, 'runs', 'tiny');
  const ids = readdirSync(parent);
  assert.equal(ids.length, 1, `runs in ${parent}`);
  return join(parent, ids[0]);
}

const jsonLines = (path: string): object[] =>
  readFileSync(path, 'utf8').split('\n').slice(0, -1).map((line) => withoutWallClock(JSON.parse(line) as Record<string, unknown>));

/** All that a run computed, to be compared: lines without wall-clock fields, hashes of token files and of the newest checkpoint. */
export function computed(run: string, lastIteration = tiny.algorithm.iterations): Record<string, unknown> {
  const bytes = (...path: string[]): string => createHash('sha256').update(readFileSync(join(run, ...path))).digest('hex');
  const state = JSON.parse(readFileSync(join(run, 'checkpoints', String(lastIteration), 'state.json'), 'utf8')) as { state: Record<string, unknown> };
  return {
    metrics: jsonLines(join(run, 'metrics.jsonl')),
    trajectories: jsonLines(join(run, 'trajectories.jsonl')),
    tokens: Object.fromEntries(readdirSync(join(run, 'tokens')).sort().map((name) => [name, bytes('tokens', name)])),
    weights: bytes('checkpoints', String(lastIteration), 'weights.safetensors'),
    optimizer: bytes('checkpoints', String(lastIteration), 'optimizer.safetensors'),
    state: withoutWallClock(state.state),
  };
}
