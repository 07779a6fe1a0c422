/**
 * The command line as a child process. Training never runs in the extension host: its one event loop is shared by all
 * extensions, and native code that fails would take them along.
 */
import { createInterface } from 'node:readline';
import { withAllocator } from '../run/allocator.ts';
import type { Child, Host, Translate } from './host.ts';
import { stopMessage } from './trainer-messages.ts';
import { keptLines, lastWords } from './trainer-said.ts';

/** How the command line ends: its exit codes 0 and 130, and all else. `said` is what its error stream tells of it. */
export type Ending = { readonly kind: 'done' } | { readonly kind: 'stopped' } | { readonly kind: 'failed'; readonly said: string };

export interface Trainer {
  readonly ended: Promise<Ending>;
  /** Lines of standard output, complete once the process has ended. */
  readonly output: readonly string[];
  /** Asks it to finish the iteration, write a checkpoint and end. */
  stop(): void;
  /** Makes it abort; one that does not is terminated, and then killed. What came after its last checkpoint is lost. */
  stopNow(): void;
  /** Lets it go: without its channel it stops gently by itself. */
  release(): void;
}

/** Milliseconds. `drain`: what a process may still say after its end, while others hold its streams open. `silence`: without a word, until someone is told. */
export const patience = { again: 300, terminate: 10_000, kill: 5_000, drain: 2_000, silence: 10 * 60_000 } as const;

export interface Told {
  /** Hears each message that it sends. */
  readonly message?: (message: unknown) => void;
  /** Called when it has said nothing at all for {@link patience}.silence; once, until it speaks again. */
  readonly silent?: () => void;
}

type Needs = Pick<Host, 'api' | 'fork' | 'commandLine' | 'log' | 'later'>;

/**
 * Starts the command line.
 * @param args its words, for instance `['train', file]`
 * @param node the Node that runs it; undefined for the one that runs the editor's extensions
 */
export function startTrainer({ api, fork, commandLine, log, later }: Needs, args: readonly string[], cwd: string, told: Told = {}, node?: string): Trainer {
  const { NODE_OPTIONS: _, ...env } = process.env; // a debugger's options are for the host, not for its children
  const child = fork(commandLine, args, { cwd, env: withAllocator(env), execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], ...(node === undefined ? {} : { execPath: node }) });
  log.info(`steptool ${args.join(' ')}`);
  const output: string[] = [];
  const said: string[] = [];
  let isOver = false;
  const timers = new Set<() => void>();
  const wait = (milliseconds: number, action: () => void): (() => void) => {
    const cancel = later(milliseconds, () => { timers.delete(cancel); action(); });
    timers.add(cancel);
    return cancel;
  };

  let cancelSilence = (): void => {};
  /** Whether something was said: an empty line is nothing. */
  const heard = (line: string): boolean => {
    timers.delete(cancelSilence);
    cancelSilence();
    if (!isOver && told.silent) cancelSilence = wait(patience.silence, told.silent);
    return line.trim() !== '';
  };
  heard('');
  const streams = Promise.all([
    eachLine(child, 'stdout', (line) => { output.push(line); if (heard(line)) log.info(line); }),
    eachLine(child, 'stderr', (line) => {
      if (!heard(line)) return;
      said.push(line);
      if (said.length > keptLines) said.shift();
      log.info(line);
    }),
  ]);
  child.on('message', (message: unknown) => { heard('a message'); told.message?.(message); });

  const ended = new Promise<Ending>((resolve) => {
    const end = (ending: Ending): void => {
      isOver = true;
      for (const cancel of timers) cancel();
      resolve(ending);
    };
    child.on('error', (error) => end({ kind: 'failed', said: error.message }));
    // Not 'close', which is never told once the channel was closed from this side; and not at once, since the streams may still hold lines.
    child.on('exit', (code, signal) => {
      const done = (): void => end(endingOf(api.l10n.t, code, signal, lastWords(said)));
      void streams.then(done);
      wait(patience.drain, done);
    });
  });

  const stop = (): void => {
    if (isOver) return;
    if (child.connected) child.send(stopMessage);
    else child.kill('SIGTERM');
  };
  let isAsked = false;
  return {
    ended, output,
    stop: () => { isAsked = true; stop(); },
    stopNow: () => {
      // Asked twice, it aborts; twice within a moment counts as once.
      if (!isAsked) stop();
      isAsked = true;
      wait(patience.again, stop);
      wait(patience.terminate, () => {
        child.kill('SIGTERM');
        wait(patience.kill, () => child.kill('SIGKILL'));
      });
    },
    release: () => { if (child.connected) child.disconnect(); },
  };
}

/** Takes each line; resolves when the stream has ended. */
function eachLine(child: Child, name: 'stdout' | 'stderr', take: (line: string) => void): Promise<void> {
  const stream = child[name];
  if (!stream) return Promise.resolve();
  return new Promise((resolve) => {
    createInterface(stream).on('line', take).on('close', resolve);
  });
}

function endingOf(t: Translate, code: number | null, signal: NodeJS.Signals | null, said: string): Ending {
  // an engine that hangs cannot end the process but by a signal; it has said why before (src/compute/watchman.ts)
  if (signal === 'SIGALRM' && said !== '') return { kind: 'failed', said };
  switch (code) {
    case 0: return { kind: 'done' };
    case 130: return { kind: 'stopped' };
    // killed, it had no time to say why: its last words are of something else
    case null: return { kind: 'failed', said: said === '' ? t('The trainer was ended by {0}.', String(signal)) : t('The trainer was ended by {0}. It last said: {1}', String(signal), said) };
    default: return { kind: 'failed', said: said !== '' ? said : t('The trainer ended with code {0}.', code) };
  }
}
