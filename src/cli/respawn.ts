/** The same command once more, in a process whose allocator is set for training; this one waits and passes signals on. */
import { spawn } from 'node:child_process';
import { hasAllocator, withAllocator } from '../run/allocator.ts';

const heavy: readonly string[] = ['train', 'resume', 'evaluate'];
const mark = 'STEPTOOL_RESPAWNED';

/** Whether the command should run in a process of its own: not if it is one already, or has a parent that talks to it. */
export const needsRespawn = ([name, ...words]: readonly string[]): boolean =>
  heavy.includes(name) && !words.includes('--help') && !hasAllocator(process.env) && !process.channel;

/**
 * Runs the command again and takes its exit code.
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
