/**
 * A line of `trajectories.jsonl`, whoever wrote it. What the format asks for and the line lacks is filled in with what says
 * nothing, and named in a note; only what has no steps at all is refused.
 */
import type { SampledTrajectory } from '../../../webview/report/model.ts';

/** A trajectory that can be shown, and what its line lacks. */
export interface Lenient {
  readonly trajectory: SampledTrajectory;
  /** For people; a field each. */
  readonly lacks: readonly string[];
  /** How many steps it has, where they are more than are shown. */
  readonly cut?: number;
}

type Fields = Readonly<Record<string, unknown>>;
type Step = SampledTrajectory['steps'][number];

/** Steps beyond these are not shown: no page could draw them. */
export const mostSteps = 2000;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): value is number => isNumber(value) && Number.isInteger(value) && value >= 0;

/** Texts stay; other values are shown as JSON, so that arguments written as an object can be read too. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));

function stepOf(value: unknown, index: number, lack: (what: string) => void): Step {
  const fields = isFields(value) ? value : {};
  for (const name of ['thought', 'action', 'arguments', 'observation', 'toolOutcome']) if (typeof fields[name] !== 'string') lack(`steps[].${name}`);
  const tokens = isFields(fields['tokens']) ? fields['tokens'] : {};
  const { start, end } = tokens;
  const hasTokens = isCount(start) && isCount(end) && start <= end;
  if (!hasTokens) lack('steps[].tokens');
  if (!isFields(fields['reward'])) lack('steps[].reward');
  const reward = Object.fromEntries(Object.entries(isFields(fields['reward']) ? fields['reward'] : {}).filter((part): part is [string, number] => isNumber(part[1])).slice(0, 64));
  const number = (name: 'return' | 'advantage' | 'value'): { [name: string]: number } => (isNumber(fields[name]) ? { [name]: fields[name] } : {});
  return {
    index, thought: textOf(fields['thought']), action: textOf(fields['action']), arguments: textOf(fields['arguments']), observation: textOf(fields['observation']),
    // The page knows how to show outcomes that this version does not know.
    toolOutcome: (textOf(fields['toolOutcome']) || 'unknown') as Step['toolOutcome'],
    tokens: hasTokens ? { start, end } : { start: 0, end: 0 },
    reward, ...number('return'), ...number('advantage'), ...number('value'),
    seconds: isNumber(fields['seconds']) ? fields['seconds'] : 0,
  };
}

/** Reads a parsed line; undefined for what is no trajectory: it has no list `steps`. `line` counts from 0. */
export function readLenient(value: Fields, line: number): Lenient | undefined {
  if (!Array.isArray(value['steps'])) return undefined;
  const lacks = new Set<string>();
  const lack = (what: string): void => void lacks.add(what);
  const text = (name: string, otherwise: string): string => {
    if (typeof value[name] !== 'string') lack(name);
    return typeof value[name] === 'string' ? value[name] : otherwise;
  };
  const count = (name: string): number => {
    const found = value[name];
    if (!isCount(found)) lack(name);
    return isCount(found) ? found : 0;
  };
  const solved = value['solved'];
  if (typeof solved !== 'boolean') lack('solved');
  const tools = Array.isArray(value['tools']) ? value['tools'].filter((tool) => typeof tool === 'string').slice(0, 2000) : [];
  if (!Array.isArray(value['tools'])) lack('tools');
  const trajectory: SampledTrajectory = {
    id: text('id', `line ${line + 1}`), iteration: count('iteration'), taskId: text('taskId', ''), split: text('split', ''),
    level: (typeof value['level'] === 'string' ? value['level'] : '') as SampledTrajectory['level'],
    query: text('query', ''), tools, sample: count('sample'), seed: isNumber(value['seed']) ? value['seed'] : 0, weightsVersion: count('weightsVersion'),
    outcome: text('outcome', 'unknown') as SampledTrajectory['outcome'], solved: solved === true,
    steps: value['steps'].slice(0, mostSteps).map((step, index) => stepOf(step, index, lack)),
  };
  return { trajectory, lacks: [...lacks], ...(value['steps'].length > mostSteps ? { cut: value['steps'].length } : {}) };
}
