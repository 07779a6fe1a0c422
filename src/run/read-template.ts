import { readFileSync, statSync } from 'node:fs';

/** Published templates have some thousand characters. */
const most = 200_000;

/** The text of a Jinja file. @throws with what is wrong with it, for people */
export function readTemplate(path: string): string {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry?.isFile()) throw new Error(`policy.template: there is no file ${path}. Name a Jinja file, or null for the checkpoint's own template.`);
  if (entry.size > most) throw new Error(`policy.template: ${path} has ${entry.size} bytes; at most ${most} are read.`);
  return readFileSync(path, 'utf8');
}
