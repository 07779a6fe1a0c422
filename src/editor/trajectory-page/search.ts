/** Which lines pass a filter, decided on the line's bytes with as little parsing as will do: a run may have 1 GB of them. */
import { isWithin } from '../../../webview/shared/format.ts';
import type { ListFilter } from '../../../webview/trajectory/protocol.ts';
import { parseLine } from '../../run/folder/jsonl.ts';
import { readRow } from '../../run/folder/trajectory-row.ts';
import { totalEarned } from '../earned.ts';
import { readLenient } from './lenient.ts';

const decoder = new TextDecoder();

/** What stands before the steps of a trajectory, closed to an object; it is a hundredth of the line. */
const stepsKey = /,\s*"steps"\s*:\s*\[/;

function headOf(text: string): Readonly<Record<string, unknown>> | undefined {
  // Quotes inside of strings are escaped, so the key cannot be found in a text; nested in an object, it leaves no valid JSON.
  const at = stepsKey.exec(text)?.index;
  for (const json of at === undefined ? [text] : [`${text.slice(0, at)}}`, text]) {
    try {
      const value: unknown = JSON.parse(json);
      if (typeof value !== 'object' || value === null) return undefined;
      const fields = value as Readonly<Record<string, unknown>>;
      if (json === text || ('outcome' in fields && 'solved' in fields)) return fields;
    } catch {
      // Then all of it.
    }
  }
  return undefined;
}

/** The total reward of a line, as the list shows it: from its marks where the line is StepTool's own, else parsed as a whole. Null where there is none. */
function rewardOf(bytes: Uint8Array): number | null {
  const row = readRow(0, bytes);
  if (row) return row.reward;
  const line = parseLine(0, bytes);
  const found = line.kind === 'value' ? readLenient(line.value, 0) : undefined;
  return found ? totalEarned(found.trajectory.steps) : null;
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const ascii = (text: string): string => text.replace(/[^\u0000-\u007f]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Whether a filter lets everything pass. */
export const isEmpty = (filter: ListFilter): boolean => Object.values(filter).every((value) => value === undefined || value === '');

/** The test of a line, given its bytes without looking at any other. */
export function testOf(filter: ListFilter): (bytes: Uint8Array) => boolean {
  const search = filter.search?.trim();
  // As the line's JSON spells it: as it is, or, as some writers do, with everything beyond ASCII escaped.
  const needles = search ? [...new Set([escaped(search).toLowerCase(), ascii(escaped(search)).toLowerCase(), ascii(escaped(search.toLowerCase()))])] : [];
  const tool = filter.tool ? new RegExp(`"action"\\s*:\\s*"${escaped(filter.tool).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"`) : undefined;
  const { solved, outcome, split, iteration, taskId, reward: range } = filter;
  const wanted = Object.entries({ solved, outcome, split, iteration, taskId }).filter(([, value]) => value !== undefined && value !== '');
  const textPasses = (text: string): boolean => {
    if (tool && !tool.test(text)) return false;
    if (needles.length > 0) {
      const lower = text.toLowerCase();
      if (!needles.some((needle) => lower.includes(needle))) return false;
    }
    if (wanted.length === 0) return true;
    const head = headOf(text);
    return head !== undefined && wanted.every(([name, value]) => head[name] === value);
  };
  const looksAtText = tool !== undefined || needles.length > 0 || wanted.length > 0; // a reward is read off the bytes
  return (bytes) => {
    if (looksAtText && !textPasses(decoder.decode(bytes))) return false;
    if (!range) return true;
    const reward = rewardOf(bytes);
    return reward !== null && isWithin(reward, range);
  };
}

/** The test for the trajectory of an id. */
export function idTest(id: string): (bytes: Uint8Array) => boolean {
  const pattern = new RegExp(`"id"\\s*:\\s*"${escaped(id).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}"`);
  return (bytes) => {
    const text = decoder.decode(bytes);
    return pattern.test(text) && headOf(text)?.['id'] === id;
  };
}
