/**
 * A line of `trajectories.jsonl` as a row of a list, without parsing its steps: most of a line is thoughts and
 * observations that no list shows. The writer puts `steps` last and its keys without spaces; within a JSON string a
 * quote is escaped, so the marks below cannot occur in text. Lines that look otherwise are parsed as a whole.
 */
import { isFields } from './run-json.ts';

/** A trajectory as a list shows it. `line` counts from 0 and is what a window of the file is asked for by. */
export interface TrajectoryRow {
  readonly line: number;
  readonly id: string;
  readonly iteration: number;
  readonly taskId: string;
  readonly split: string;
  readonly level: string;
  readonly outcome: string;
  readonly solved: boolean;
  readonly steps: number;
  /** Sum over all steps of the combined reward (`step`) where it was recorded, else of all parts. */
  readonly reward: number;
  /** Names of the offered tools that were called, each once, sorted. */
  readonly tools: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;
/** What of a step counts for its row. */
interface Played { readonly action: string; readonly reward: Fields }

const stepsMark = '"steps":[';
const actionMark = '"action":"';
const rewardMark = '"reward":{';
const firstStep = '{"index":0,';
const backslash = 0x5c;
const closing = 0x7d;

/** The row of a line's bytes, its end included; undefined for a line that is no trajectory. */
export function readRow(line: number, bytes: Uint8Array): TrajectoryRow | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return quickRow(line, text) ?? wholeRow(line, text);
  } catch {
    return undefined; // no JSON
  }
}

function quickRow(line: number, text: Buffer): TrajectoryRow | undefined {
  // A character a byte: strings are searched several times faster than buffers are, and positions are the same.
  const marks = text.toString('latin1');
  const from = marks.indexOf(stepsMark);
  let end = text.length;
  while (end > 0 && text[end - 1] <= 0x20) end--;
  if (from < 0 || text[end - 1] !== closing || text[end - 2] !== 0x5d) return undefined;
  const played: Played[] = [];
  let start = from + stepsMark.length;
  let action = marks.indexOf(actionMark, from);
  let reward = marks.indexOf(rewardMark, from);
  let next = -1;
  while (action >= 0) {
    if (played.length === 0 && !marks.startsWith(firstStep, start)) return undefined;
    next = marks.indexOf(`},{"index":${played.length + 1},`, start);
    const end = next < 0 ? text.length : next;
    if (reward < action || reward > end) return undefined;
    const nameStart = action + actionMark.length;
    const nameEnd = marks.indexOf('"', nameStart);
    const parts: unknown = JSON.parse(text.toString('utf8', reward + rewardMark.length - 1, marks.indexOf('}', reward) + 1));
    if (text[nameEnd - 1] === backslash || !isFields(parts)) return undefined;
    played.push({ action: text.toString('utf8', nameStart, nameEnd), reward: parts });
    action = marks.indexOf(actionMark, nameStart);
    reward = marks.indexOf(rewardMark, reward + 1);
    // One of each within a step: another belongs to something deeper, and which is which only parsing tells.
    if ((action >= 0 && action < end) || (reward >= 0 && reward < end)) return undefined;
    start = next + 2;
  }
  if (next >= 0 || reward >= 0 || (played.length === 0 && text[start] !== 0x5d)) return undefined;
  const head: unknown = JSON.parse(`${text.toString('utf8', 0, from)}${stepsMark}]}`);
  return isFields(head) ? toRow(line, head, played) : undefined;
}

function wholeRow(line: number, text: Buffer): TrajectoryRow | undefined {
  const value: unknown = JSON.parse(text.toString('utf8'));
  if (!isFields(value) || !Array.isArray(value['steps'])) return undefined;
  const played = value['steps'].filter(isFields).map(({ action, reward }): Played => ({ action: String(action), reward: isFields(reward) ? reward : {} }));
  return played.length === value['steps'].length ? toRow(line, value, played) : undefined;
}

function toRow(line: number, head: Fields, played: readonly Played[]): TrajectoryRow | undefined {
  const { id, iteration, taskId, split, level, outcome, solved, tools } = head;
  if (typeof id !== 'string' || typeof taskId !== 'string' || typeof split !== 'string' || typeof outcome !== 'string') return undefined;
  if (typeof iteration !== 'number' || typeof solved !== 'boolean') return undefined;
  // Whatever a policy wrote can be an action: only names that were on offer are kept, which bounds how many there are.
  const offered = new Set<unknown>(Array.isArray(tools) ? tools : []);
  const called = [...new Set(played.map(({ action }) => action))].filter((name) => offered.has(name)).sort();
  return { line, id, iteration, taskId, split, level: typeof level === 'string' ? level : '', outcome, solved, steps: played.length, reward: totalReward(played), tools: called };
}

function totalReward(played: readonly Played[]): number {
  const isCombined = played.some(({ reward }) => typeof reward['step'] === 'number');
  let sum = 0;
  for (const { reward } of played) {
    for (const [name, value] of Object.entries(reward)) if (typeof value === 'number' && (!isCombined || name === 'step')) sum += value;
  }
  return sum;
}
