/**
 * Which Node runs the trainer. The desktop editor's own is Electron, which forbids memory that native code allocated: a
 * real Node is better where there is one. The editor's server is a real Node already.
 */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Translate } from './host.ts';

/** The oldest version of Node that the command line runs on. */
const oldest = 20;

/** What of the machine the choice depends on; tests give another. */
export interface Machine {
  readonly isElectron: boolean;
  /** The folders that programs are looked for in. */
  readonly path: readonly string[];
  readonly platform: NodeJS.Platform;
  /** What `program --version` prints. Rejects if there is no such program. */
  readonly version: (program: string) => Promise<string>;
}

/** This machine. Folders relative to where one happens to be are no places to run programs from. */
export const thisMachine = (t: Translate): Machine => ({
  isElectron: process.versions['electron'] !== undefined,
  path: (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute),
  platform: process.platform,
  version: async (program) => {
    if (!(await stat(program)).isFile()) throw new Error(t('is no file'));
    return new Promise((resolve, reject) => execFile(program, ['--version'], { timeout: 10_000, windowsHide: true }, (error, out) => (error ? reject(error) : resolve(out))));
  },
});

const majorOf = (version: string): number => Number(/^v(\d+)\./.exec(version.trim())?.[1] ?? 0);

/**
 * The Node to run the trainer with: the configured one, else a real one if the editor's is none; undefined for the editor's own.
 * @param t the editor's `l10n.t`, for errors
 * @throws Error for a configured one that is none or too old: to take another in silence would hide why
 */
export async function chooseNode(configured: string, t: Translate, machine: Machine = thisMachine(t)): Promise<string | undefined> {
  if (configured !== '') {
    const version = await machine.version(configured).catch((error: unknown) => {
      throw new Error(t('The setting steptool.trainer.nodePath is {0}, which cannot be run: {1}. Give the path of a Node {2} or newer, or clear the setting.', configured, error instanceof Error ? error.message : String(error), oldest));
    });
    if (majorOf(version) < oldest) throw new Error(t('The setting steptool.trainer.nodePath is {0}, which is {1}. Give the path of a Node {2} or newer, or clear the setting.', configured, version.trim().slice(0, 40) || t('no Node'), oldest));
    return configured;
  }
  if (!machine.isElectron) return undefined;
  const name = machine.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of machine.path) {
    const program = join(folder, name);
    const version = await machine.version(program).catch(() => '');
    if (majorOf(version) >= oldest) return program;
  }
  return undefined;
}
