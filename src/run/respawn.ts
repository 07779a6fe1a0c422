/** The same program once more, in a process whose allocator is set for training; this one waits and passes signals on. */
import { spawn } from 'node:child_process';
import { hungSignal } from '../compute/watchman.ts';
import { hasAllocator, withAllocator } from './allocator.ts';
import { insist } from './insist.ts';

const mark = 'STEPTOOL_RESPAWNED';

/** Whether work that trains should move to a process of its own: not if this is one already, or has a parent that talks to it. */
export const needsRespawn = (): boolean => !hasAllocator(process.env) && !process.channel;

/** Exit codes: of a process that the system ended, as shells have it; of work that failed; of work that was stopped on request. */
const exitCode = { killed: 137, failed: 1, stopped: 130 } as const;

/**
 * Runs this process's program again and takes its exit code. If the system ends it, nothing but this process can say so; and if an
 * engine blocks it, nothing but this process hears a Ctrl-C.
 * @param program the file that is the program
 */
export function respawn(program: string, words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, program, ...words], {
    env: { ...withAllocator(process.env), [mark]: '1' }, stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const insistence = insist(() => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { child.kill(signal); insistence.press(); });
  let whatToDo = '';
  child.on('message', (message) => { if (typeof message === 'string') whatToDo = message; });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      insistence.over();
      if (code !== null) return resolve(code);
      if (signal === hungSignal) return resolve(exitCode.failed); // it has said why
      if (insistence.hasEnded) process.stderr.write(`\nStopped: the process that did the work did not answer, and was ended. ${whatToDo}\n`);
      else process.stderr.write(`\nThe process that did the work was ended from outside, by ${signal}${signal === 'SIGKILL' ? ': by somebody, or by the system because memory ran out' : ''}. ${whatToDo}\n`);
      resolve(insistence.hasEnded ? exitCode.stopped : exitCode.killed);
    });
  });
}

/** In a respawned process: tells the one that waits what to say if this one is killed. */
export function leaveWord(whatToDo: string): void {
  if (isRespawned() && process.connected) process.send?.(whatToDo, undefined, undefined, () => {});
}

/** Whether this process has been respawned: its parent then only waits. */
export const isRespawned = (): boolean => !!process.env[mark];

/** In a respawned process: to kill the process that was started is to kill this one. */
export function dieWithParent(): void {
  if (!isRespawned()) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel?.unref();
}
