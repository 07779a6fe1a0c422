/** The same program once more, in a process whose allocator is set for training; this one waits and passes signals on. */
import { spawn } from 'node:child_process';
import { hasAllocator, withAllocator } from './allocator.ts';

const mark = 'STEPTOOL_RESPAWNED';

/** Whether work that trains should move to a process of its own: not if this is one already, or has a parent that talks to it. */
export const needsRespawn = (): boolean => !hasAllocator(process.env) && !process.channel;

/**
 * Runs this process's program again and takes its exit code.
 * @param program the file that is the program
 */
export function respawn(program: string, words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, program, ...words], {
    env: { ...withAllocator(process.env), [mark]: '1' }, stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Whether this process has been respawned: its parent then only waits. */
export const isRespawned = (): boolean => !!process.env[mark];

/** In a respawned process: to kill the process that was started is to kill this one. */
export function dieWithParent(): void {
  if (!isRespawned()) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel?.unref();
}
