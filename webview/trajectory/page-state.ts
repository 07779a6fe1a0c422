/** What the page remembers while it is hidden: where the reader is, not what they see. */
import { parseRange, rangeText, type Range } from '../shared/format.ts';
import type { ListFilter, TokenChannel } from './protocol.ts';

export interface PageState {
  readonly filter: ListFilter;
  readonly line?: number;
  /** The token view is open, coloured by this; `mask` colours nothing. */
  readonly tokens?: TokenChannel | 'mask';
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const channels: readonly string[] = ['mask', 'logProb', 'logRatio', 'advantage', 'value', 'entropy'];

function readRange(value: unknown): Range | undefined {
  if (!isObject(value)) return undefined;
  const end = (name: 'low' | 'high'): { [name: string]: number } => (Number.isFinite(value[name]) ? { [name]: value[name] as number } : {});
  return parseRange(rangeText({ ...end('low'), ...end('high') }));
}

/** Reads what an earlier page, perhaps of an earlier version, left; anything odd is forgotten. */
export function readState(value: unknown): PageState {
  if (!isObject(value)) return { filter: {} };
  const filter = isObject(value.filter) ? value.filter : {};
  const text = (name: string): { [name: string]: string } => (typeof filter[name] === 'string' ? { [name]: filter[name] } : {});
  const reward = readRange(filter.reward);
  return {
    filter: {
      ...text('outcome'), ...text('split'), ...text('taskId'), ...text('tool'), ...text('search'),
      ...(typeof filter.solved === 'boolean' ? { solved: filter.solved } : {}),
      ...(Number.isSafeInteger(filter.iteration) ? { iteration: filter.iteration as number } : {}),
      ...(reward ? { reward } : {}),
    },
    ...(Number.isSafeInteger(value.line) ? { line: value.line as number } : {}),
    ...(channels.some((channel) => channel === value.tokens) ? { tokens: value.tokens as PageState['tokens'] } : {}),
  };
}
