/** What is at the paths that an experiment names: the disk's answer to the rules of the experiment file. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkpointFiles, isGguf, looksLikeHub, notACheckpoint, notAnAdapter, readSizes, tellingFiles, tellingOfAdapters, type FileField, type LookUp, type Seen } from '../config/named-files.ts';
import { RecordedError } from '../rollout/recorded/table.ts';
import { readFirst } from '../run/training/read-first.ts';
import { bundledPolicy } from '../run/package-root.ts';
import { presentIn } from '../run/present.ts';
import { readTemplate } from '../run/read-template.ts';
import { parseTemplate } from '../policy/dialogue/render.ts';
import { tokenizerAt } from './named-tokenizer.ts';
import { nearPath } from './near-path.ts';

/** Looks on the disk, relative to an experiment file, once for each name. Never throws: what cannot be read is missing, or has no sizes. */
export function lookBeside(experimentPath: string): LookUp {
  const at = (path: string): string => (path === 'bundled' ? bundledPolicy() : resolve(dirname(experimentPath), path));
  const look: LookUp = (field, path) => {
    const place = at(path);
    const seen = lookAt(field, path, place);
    return seen.kind === 'missing' && path !== 'bundled' ? { ...seen, ...meant(path, dirname(experimentPath), place) } : seen;
  };
  const lookAt = (field: FileField, path: string, place: string): Seen => {
    if (field === 'policy.tokenizer') return tokenizerAt(place);
    if (field === 'rollout.recorded.file') return recordedAt(place, path);
    if (field === 'policy.template') return templateAt(place);
    if (field === 'policy.adapter.start') return adapterAt(place);
    return checkpointAt(place);
  };
  const seen = new Map<string, Seen>();
  return (field, path) => {
    const key = JSON.stringify([field, path]);
    if (!seen.has(key)) seen.set(key, look(field, path)!);
    return seen.get(key);
  };
}

/** What a path with nothing there was meant to be. */
function meant(path: string, folder: string, place: string): { readonly near?: string; readonly isOfHub?: boolean } {
  const near = nearPath(path, folder);
  return near === undefined ? { isOfHub: looksLikeHub(path) && !existsSync(dirname(place)) } : { near };
}

function checkpointAt(place: string): Seen {
  if (!existsSync(place)) return { kind: 'missing' };
  if (isGguf(place)) return { kind: 'found' };
  const because = notACheckpoint(presentIn(place, tellingFiles), place);
  if (because !== undefined) return { kind: 'unfit', because };
  const tokenizer = tokenizerAt(place);
  return { kind: 'found', sizes: sizesIn(join(place, checkpointFiles.config)), ...(tokenizer.kind === 'found' ? { unframed: tokenizer.unframed } : {}) };
}

function adapterAt(place: string): Seen {
  if (!existsSync(place)) return { kind: 'missing' };
  const because = notAnAdapter(presentIn(place, tellingOfAdapters));
  return because === undefined ? { kind: 'found' } : { kind: 'unfit', because };
}

/** A file of recorded trajectories: whether its first one can be read. */
function recordedAt(place: string, name: string): Seen {
  if (!existsSync(place)) return { kind: 'missing' };
  try {
    if (statSync(place).isDirectory()) return { kind: 'unfit', because: 'is a folder' };
    readFirst(place, name);
    return { kind: 'found' };
  } catch (error) {
    return { kind: 'unfit', because: error instanceof RecordedError ? `cannot be read, at ${error.line}:${error.column}: ${error.what.replace(/\.$/, '')}` : (error as Error).message };
  }
}

/** A template: whether it is one. */
function templateAt(place: string): Seen {
  if (!existsSync(place)) return { kind: 'missing' };
  try {
    parseTemplate(readTemplate(place));
    return { kind: 'found' };
  } catch (error) {
    return { kind: 'unfit', because: `is no template: ${(error as Error).message.replace(/\.$/, '')}` };
  }
}

function sizesIn(config: string): ReturnType<typeof readSizes> {
  try {
    return readSizes(readFileSync(config, 'utf8'));
  } catch {
    return {};
  }
}
