/** What the page posts, parsed: a page draws what others wrote, so nothing that comes from it is taken as it is. */
import type { ExportKind, FromPage } from '../../../webview/curves/protocol.ts';

/** Larger exports than this are refused, in bytes or characters. */
const exportLimit = 64 * 1024 * 1024;
const kinds: readonly ExportKind[] = ['png', 'svg', 'csv'];

const isIndex = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The message, or undefined for anything that is none. */
export function parseFromPage(value: unknown): FromPage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, run, iteration, kind, name, content } = value as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'ready': return { type };
    case 'open': return isIndex(run) && isIndex(iteration) ? { type, run, iteration } : undefined;
    case 'save': {
      const known = kinds.find((each) => each === kind);
      if (known === undefined || typeof name !== 'string' || name.length > 200) return undefined;
      if (typeof content === 'string' ? content.length > exportLimit : !(content instanceof Uint8Array) || content.length > exportLimit) return undefined;
      return { type, kind: known, name, content: content as string | Uint8Array };
    }
    default: return undefined;
  }
}

/** More runs than this are not told apart on one chart. */
export const mostRuns = 24;

/** The folders that a command or a state kept over a reload asks for, each once; undefined if it is neither. */
export function parseRuns(value: unknown): string[] | undefined {
  const runs: unknown = typeof value === 'object' && value !== null && 'runs' in value ? value.runs : undefined;
  if (!Array.isArray(runs) || runs.length === 0 || !runs.every((run) => typeof run === 'string' && run !== '')) return undefined;
  return [...new Set(runs as string[])];
}
