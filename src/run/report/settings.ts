/** The settings of a run as a flat list: what reports show, and what runs are told apart and grouped by. */
import type { ByteSource } from '../folder/source.ts';

/** No resolved.json comes near this; a larger one is not read. */
const limit = 1024 * 1024;

/** The leaves of a JSON value in its order: dotted path and value as JSON. A list is one leaf. */
export function leaves(value: unknown, path: string): [path: string, value: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, JSON.stringify(value) ?? 'undefined']];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));
}

/** The settings that a run used, defaults filled in, from its `resolved.json`; none where that is missing or damaged: curves without settings are better than no curves. */
export async function readSettings(source: ByteSource): Promise<[path: string, value: string][]> {
  try {
    const bytes = await source.read(0, limit + 1);
    if (bytes.length > limit) return [];
    return leaves(JSON.parse(new TextDecoder().decode(bytes)), '').filter(([path]) => path !== '');
  } catch {
    return [];
  }
}
