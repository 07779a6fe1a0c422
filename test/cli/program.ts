/** Runs the program as its users do: the bundle, in a process of its own. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { bundle, commandLine, isStale } from '../../src/build/bundle.mjs';

if (isStale()) await bundle();

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until the error stream holds a text; rejects if the program ends without having said it. */
  said(text: string): Promise<void>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another copy of the program. */
  readonly file?: string;
  /** Without a channel, as a shell starts it. */
  readonly isAlone?: boolean;
}

/** Starts the program. Unless told otherwise it has a channel to this process, as it has when the editor starts it. */
export function start(args: readonly string[], { cwd, input = '', env = {}, file = commandLine, isAlone = false }: RunOptions = {}): Run {
  const { NODE_TEST_CONTEXT: _, STEPTOOL_DEBUG: _debug, ...inherited } = process.env;
  const child = isAlone
    ? spawn(process.execPath, [file, ...args], { cwd, env: { ...inherited, ...env }, stdio: 'pipe' })
    : fork(file, [...args], { cwd, env: { ...inherited, ...env }, execArgv: [], silent: true });
  let [out, err] = ['', ''];
  let waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => { out += chunk; });
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
    waiting = waiting.filter(({ text, resolve }) => !err.includes(text) || resolve());
  });
  child.stdin!.on('error', () => {}).end(input);
  // Not the child's own 'close': it does not come after a disconnect.
  const ended = Promise.all([once(child, 'exit'), once(child.stdout!, 'close'), once(child.stderr!, 'close')]).then(([[code]]): Ended => {
    for (const { text, reject } of waiting) reject(new Error(`The program ended (${code}) without saying '${text}'. It said:\n${err}\n${out}`));
    return { code: code as number | null, out, err };
  });
  const said = (text: string): Promise<void> => new Promise((resolve, reject) => {
    if (err.includes(text)) resolve();
    else waiting.push({ text, resolve, reject });
  });
  return { child, ended, said };
}

/** Runs the program to its end. */
export const program = (args: readonly string[], options?: RunOptions): Promise<Ended> => start(args, options).ended;

/** A folder with files, removed after the test. */
export function folderWith(t: Pick<TestContext, 'after'>, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** An experiment that trains in seconds and learns nothing. */
export const tinyExperiment = `// As small as it gets.
{
  "policy": { "checkpoint": null, "width": 16, "layers": 1, "heads": 2, "keyValueHeads": 1, "feedForward": 32, "context": 512 },
  "warmStart": { "steps": 5, "batchTokens": 1024 },
  "rollout": { "tasksPerIteration": 2, "samplesPerTask": 2 },
  "algorithm": { "iterations": 2 },
  "evaluation": { "tasksPerSplit": 4 }, // three splits
}
`;
