/** Which file or folder a misspelt path was meant to be. */
import { existsSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { closest } from '../config/spelling.ts';

/** What a file is known by; folders, and files of no such kind, have none. */
const kindOf = (name: string): string => /\.(gguf|jsonl?|csv|tsv|jinja|safetensors)$/i.exec(name)?.[0].toLowerCase() ?? '';

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * The path with each name that is not there replaced by the nearest that is; undefined where there is none, and where all are there.
 * @param path as it is written; @param folder what it is relative to
 */
export function nearPath(path: string, folder: string): string | undefined {
  const { root } = parse(path);
  let at = root === '' ? folder : root;
  const names: string[] = [];
  const asked = path.slice(root.length).split(/[\\/]/).filter((name) => name !== '');
  for (const [i, name] of asked.entries()) {
    const isLast = i === asked.length - 1;
    const found = existsSync(join(at, name)) ? name : closest(name, namesIn(at).filter((each) => !isLast || kindOf(each) === kindOf(name)));
    if (found === undefined) return undefined;
    names.push(found);
    at = join(at, found);
  }
  return names.join('/') === asked.join('/') ? undefined : root + names.join('/');
}
