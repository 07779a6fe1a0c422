/**
 * Finds the tokenizer of a run. A run folder may come from anywhere, so the path that it names is followed only in a trusted
 * workspace and only to a file inside of it: any other could make the editor read, or on Windows dial, what it should not.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { RunHead } from '../../run/folder/reader.ts';
import type { Host, Translate } from '../host.ts';
import { isOnDisk } from '../runs/place.ts';
import { sourceIn } from '../runs/source.ts';
import { parseVocabulary, type Vocabulary } from './vocabulary.ts';

const largest = 64 * 1024 * 1024;
const cache = new Map<string, { readonly changed: number; readonly vocabulary: Vocabulary }>();

async function open(path: string, t: Translate): Promise<Vocabulary> {
  const entry = await stat(path);
  const known = cache.get(path);
  if (known?.changed === entry.mtimeMs) return known.vocabulary;
  if (!entry.isFile() || entry.size > largest) throw new Error(t('{0} is no file of at most {1} MB.', path, largest / 1024 / 1024));
  const vocabulary = parseVocabulary(await readFile(path, 'utf8'), path, t);
  cache.clear(); // One at a time: the next run mostly has the same.
  cache.set(path, { changed: entry.mtimeMs, vocabulary });
  return vocabulary;
}

const contains = (folder: string, path: string): boolean => {
  const inside = relative(folder, path);
  return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
};

/** The vocabulary of a run's tokenizer; a text says for people why there is none. */
export async function findVocabulary({ api, commandLine }: Host, head: RunHead): Promise<Vocabulary | string> {
  const { t } = api.l10n;
  try {
    const resolved: unknown = JSON.parse(new TextDecoder().decode(await sourceIn(api, head.folder, 'resolved.json').read(0, largest)));
    const policy = typeof resolved === 'object' && resolved !== null && 'policy' in resolved ? resolved.policy : undefined;
    const named = typeof policy === 'object' && policy !== null && 'tokenizer' in policy ? policy.tokenizer : undefined;
    if (typeof named !== 'string') return t('The run\u2019s resolved.json names no tokenizer, so tokens are shown by their ids.');
    if (named === 'bundled') return await open(join(dirname(commandLine), '..', 'media', 'policy', 'tokenizer.json'), t);
    const folders = api.workspace.workspaceFolders ?? [];
    const at = resolve(dirname(resolve(head.folder, '..', '..', '..', head.run.experiment.path)), named);
    const path = at.endsWith('.json') ? at : join(at, 'tokenizer.json');
    if (!api.workspace.isTrusted) return t('The run\u2019s tokenizer is read once this workspace is trusted; until then tokens are shown by their ids.');
    if (!isOnDisk(head.folder) || !folders.some(({ uri }) => uri.scheme === 'file' && contains(uri.fsPath, path))) return t('The run\u2019s tokenizer is outside of this workspace, so tokens are shown by their ids. Open the folder that has it.');
    return await open(path, t);
  } catch (error) {
    return t('The run\u2019s tokenizer cannot be read, so tokens are shown by their ids: {0}', error instanceof Error ? error.message : String(error));
  }
}
