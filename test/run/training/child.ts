/**
 * A process that trains for the tests to kill. Its one argument is an `Order` as JSON. It names what it does as it goes
 * (moments) and, at the one ordered, kills itself with SIGKILL or asks itself to stop; at the end it prints how often
 * each moment came by.
 */
import { readFileSync } from 'node:fs';
import { validateExperiment } from '../../../src/config/validate.ts';
import { nodeDisk, type Disk } from '../../../src/run/folder/disk.ts';
import type { TrainingEvent } from '../../../src/run/training/events.ts';
import { resumeRun, startRun } from '../../../src/run/training/start.ts';
import type { Said, Moment, Order } from './processes.ts';

const order = JSON.parse(process.argv[2]) as Order;
const seen: Partial<Record<Moment, number>> = {};
const events: Said['events'] = [];
const [gently, now] = [new AbortController(), new AbortController()];
let updating = false;

function moment(name: Moment, half?: () => void): void {
  seen[name] = (seen[name] ?? 0) + 1;
  const is = (ordered?: { moment: Moment; nth: number }): boolean => ordered?.moment === name && ordered.nth === seen[name];
  if (is(order.stop) || is(order.abort)) gently.abort();
  if (is(order.abort)) now.abort();
  if (!is(order.kill)) return;
  half?.();
  process.kill(process.pid, 'SIGKILL');
}

// The disk as the run folder sees it: each call that changes something is a moment, and a write may be cut in half.
const disk = nodeDisk as unknown as Record<string, (...args: unknown[]) => unknown>;
let openCheckpointFile = false;
for (const name of ['open', 'write', 'rename', 'removeFolder', 'truncate', 'link', 'remove', 'makeFolder'] as const satisfies readonly (keyof Disk)[]) {
  const real = disk[name];
  disk[name] = (...args: unknown[]) => {
    const inCheckpoints = typeof args[0] === 'string' && /[\\/]checkpoints[\\/]/.test(args[0]);
    if (name === 'open') openCheckpointFile = inCheckpoints;
    const half = (): void => {
      if (name === 'write') real(args[0], (args[1] as Uint8Array).subarray(0, (args[1] as Uint8Array).length >> 1));
    };
    moment('disk', half);
    if (inCheckpoints || (name === 'write' && openCheckpointFile)) moment('checkpointDisk', half);
    return real(...args);
  };
}

// Learning asks its signal before each minibatch whether to go on.
const { signal } = now;
const ask = signal.throwIfAborted.bind(signal);
signal.throwIfAborted = () => {
  if (updating) moment('minibatch');
  ask();
};

function listener(event: TrainingEvent): void {
  updating = event.kind === 'updating';
  if (event.kind === 'warning') events.push({ kind: event.kind, message: event.message });
  if (event.kind === 'started') events.push({ kind: event.kind, resumedFrom: event.resumedFrom, ...(event.warmStartFrom === undefined ? {} : { warmStartFrom: event.warmStartFrom }) });
  moment(event.kind);
}

function fileOf(path: string) {
  const text = readFileSync(path);
  const { experiment, diagnostics } = validateExperiment(text.toString('utf8'), { name: 'tiny' });
  if (!experiment) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return { path, text, experiment };
}

const stop = { gently: gently.signal, now: signal };
const say = (said: Said): void => void process.stdout.write(`${JSON.stringify(said)}\n`);
try {
  const { folder, status, iteration } = order.task === 'train' ? await startRun(fileOf(order.path), listener, stop) : await resumeRun(order.path, listener, stop);
  say({ folder, status, iteration, seen, events });
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error), seen, events });
}
