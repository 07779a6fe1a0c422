import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** The version of the format that this code writes; `docs/run-folder.md` describes it. */
export const formatVersion = 1;

/** Where the things of a run are, by the words used for them. */
export const runPath = {
  run: (folder: string) => join(folder, 'run.json'),
  experiment: (folder: string) => join(folder, 'experiment.steptool.json'),
  resolved: (folder: string) => join(folder, 'resolved.json'),
  metrics: (folder: string) => join(folder, 'metrics.jsonl'),
  trajectories: (folder: string) => join(folder, 'trajectories.jsonl'),
  annotations: (folder: string) => join(folder, 'annotations.jsonl'),
  log: (folder: string) => join(folder, 'log.jsonl'),
  tokensFolder: (folder: string) => join(folder, 'tokens'),
  tokens: (folder: string, iteration: number) => join(folder, 'tokens', `${iteration}.safetensors`),
  checkpoints: (folder: string) => join(folder, 'checkpoints'),
  checkpoint: (folder: string, iteration: number) => join(folder, 'checkpoints', String(iteration)),
} as const;

/** Device names that Windows gives a meaning in every folder, with any extension. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * An experiment's name as the name of one folder on every platform: letters, digits, `.`, `_` and `-`, at most 60
 * characters, no leading or trailing dot. Whatever the name holds (`../..`, `C:\`, `NUL`), the result stays inside its parent.
 */
export function folderName(experimentName: string): string {
  const plain = experimentName
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.');
  const short = [...plain].slice(0, 60).join('').replace(/^[.-]+|[.-]+$/g, '');
  if (short === '') return 'experiment';
  return reserved.test(short) ? `run-${short}` : short;
}

/** `<yyyymmdd-hhmmss>-<4 hex>`: the time in UTC, so that names sort by time across machines. */
export function newRunId(now: Date, random: () => string = () => randomBytes(2).toString('hex')): string {
  const digits = now.toISOString().replace(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return `${digits}-${random()}`;
}

/** Whether a folder name has the form of {@link newRunId}. */
export const isRunId = (name: string): boolean => /^\d{8}-\d{6}-[0-9a-f]{4}$/.test(name);

/** The iteration in a name such as `12` or, with an extension, `12.safetensors`; undefined for any other name. */
export function iterationOf(name: string, extension = ''): number | undefined {
  if (!name.endsWith(extension)) return undefined;
  const digits = name.slice(0, name.length - extension.length);
  return /^(0|[1-9]\d{0,14})$/.test(digits) ? Number(digits) : undefined;
}
