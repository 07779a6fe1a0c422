/**
 * The command line as a child process. Training never runs in the extension host: its one event loop is shared by all
 * extensions, and native code that fails would take them along.
 */
import { createInterface } from 'node:readline';
import { withAllocator } from '../run/allocator.ts';
import type { Child, Host } from './host.ts';
import { stopMessage } from './trainer-messages.ts';

/** How the command line ends: its exit codes 0 and 130, and all else. `said` is the last line of its error stream. */
export type Ending = { readonly kind: 'done' } | { readonly kind: 'stopped' } | { readonly kind: 'failed'; readonly said: string };

export interface Trainer {
  readonly ended: Promise<Ending>;
  /** Lines of standard output, complete once the process has ended. */
  readonly output: readonly string[];
  /** Asks it to finish the iteration, write a checkpoint and end. Asking again makes it stop at once. */
  stop(): void;
  /** Lets it go: without its channel it stops gently by itself. */
  release(): void;
}

/**
 * Starts the command line.
 * @param args its words, for instance `['train', file]`
 * @param told hears each message that it sends
 */
export function startTrainer({ fork, commandLine, log }: Pick<Host, 'fork' | 'commandLine' | 'log'>, args: readonly string[], cwd: string, told: (message: unknown) => void): Trainer {
  const { NODE_OPTIONS: _, ...env } = process.env; // a debugger's options are for the host, not for its children
  const child = fork(commandLine, args, { cwd, env: withAllocator(env), execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  log.info(`steptool ${args.join(' ')}`);
  const output: string[] = [];
  let said = '';
  eachLine(child, 'stdout', (line) => { output.push(line); log.info(line); });
  eachLine(child, 'stderr', (line) => { said = line; log.info(line); });
  child.on('message', told);
  const ended = new Promise<Ending>((resolve) => {
    child.on('error', (error) => resolve({ kind: 'failed', said: error.message }));
    // not 'exit': the streams may still hold lines then
    child.on('close', (code, signal) => resolve(endingOf(code, signal, said)));
  });
  return {
    ended, output,
    stop: () => { if (child.connected) child.send(stopMessage); else child.kill('SIGTERM'); },
    release: () => { if (child.connected) child.disconnect(); },
  };
}

function eachLine(child: Child, name: 'stdout' | 'stderr', take: (line: string) => void): void {
  const stream = child[name];
  if (stream) createInterface(stream).on('line', (line) => { if (line.trim() !== '') take(line); });
}

function endingOf(code: number | null, signal: NodeJS.Signals | null, said: string): Ending {
  switch (code) {
    case 0: return { kind: 'done' };
    case 130: return { kind: 'stopped' };
    default: return { kind: 'failed', said: said !== '' ? said : signal ? `The trainer was ended by ${signal}.` : `The trainer ended with code ${code}.` };
  }
}
