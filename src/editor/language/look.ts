/** Looks at the files that an experiment names, through the editor's file systems: also where there is no disk. */
import { dirname, isAbsolute } from 'node:path';
import type * as vscode from 'vscode';
import { checkpointFiles, isGguf, looksLikeHub, notACheckpoint, notAnAdapter, readSizes, tellingFiles, tellingOfAdapters, tokenizerFile, type FileField, type Seen } from '../../config/named-files.ts';
import type { Host } from '../host.ts';

export interface Asked {
  readonly field: FileField;
  readonly path: string;
}

/** No config.json comes near this; a larger one is not read. */
const configLimit = 1024 * 1024;

/**
 * What is at each path. In Restricted Mode nobody looks: on Windows a path such as \\server\share sends the user's
 * credentials there. Never rejects.
 */
export async function look(host: Host, experiment: vscode.Uri, asked: readonly Asked[]): Promise<(readonly [Asked, Seen])[]> {
  if (!host.api.workspace.isTrusted) return [];
  const distinct = asked.filter((one, index) => asked.findIndex(({ field, path }) => field === one.field && path === one.path) === index);
  return Promise.all(distinct.map(async (one) => [one, await told(host, placeOf(host, experiment, one.path), one)] as const));
}

/** Where a path of an experiment leads: relative to its file, or into this package. */
function placeOf({ api, commandLine }: Host, experiment: vscode.Uri, path: string): vscode.Uri {
  if (path === 'bundled') return api.Uri.joinPath(api.Uri.file(dirname(commandLine)), '..', 'media', 'policy');
  return isAbsolute(path) ? api.Uri.file(path) : api.Uri.joinPath(experiment, '..', path);
}

/** What is there; of a name with nothing there, nor in its folder, whether it is one of the hub. */
async function told(host: Host, place: vscode.Uri, { field, path }: Asked): Promise<Seen> {
  const found = await seen(host, place, field);
  if (found.kind !== 'missing' || !looksLikeHub(path)) return found;
  return { ...found, isOfHub: (await sizeOf(host.api, host.api.Uri.joinPath(place, '..'))) === undefined };
}

async function seen({ api }: Host, place: vscode.Uri, field: FileField): Promise<Seen> {
  const { joinPath } = api.Uri;
  const has = (uri: vscode.Uri): Promise<boolean> => sizeOf(api, uri).then((size) => size !== undefined);
  if (field === 'policy.tokenizer') return { kind: (await has(place.with({ path: tokenizerFile(place.path) }))) ? 'found' : 'missing' };
  if (field === 'rollout.recorded.file' || field === 'policy.template') return { kind: (await has(place)) ? 'found' : 'missing' };
  if (!(await has(place))) return { kind: 'missing' };
  const present = async (names: readonly string[]): Promise<ReadonlySet<string>> =>
    new Set((await Promise.all(names.map(async (name) => ((await has(joinPath(place, name))) ? [name] : [])))).flat());
  if (field === 'policy.adapter.start') {
    const because = notAnAdapter(await present(tellingOfAdapters));
    return because === undefined ? { kind: 'found' } : { kind: 'unfit', because };
  }
  if (isGguf(place.path)) return { kind: 'found' };
  const because = notACheckpoint(await present(tellingFiles), place.path);
  return because === undefined ? { kind: 'found', sizes: await sizesIn(api, joinPath(place, checkpointFiles.config)) } : { kind: 'unfit', because };
}

async function sizeOf(api: Host['api'], uri: vscode.Uri): Promise<number | undefined> {
  try {
    return (await api.workspace.fs.stat(uri)).size;
  } catch {
    return undefined;
  }
}

async function sizesIn(api: Host['api'], config: vscode.Uri): Promise<ReturnType<typeof readSizes>> {
  const size = await sizeOf(api, config);
  if (size === undefined || size > configLimit) return {};
  try {
    return readSizes(new TextDecoder().decode(await api.workspace.fs.readFile(config)));
  } catch {
    return {};
  }
}
