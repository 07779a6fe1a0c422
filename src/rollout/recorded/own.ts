/**
 * Trajectories that StepTool itself recorded, the lines of a run's `trajectories.jsonl`. Those of held-out splits are left
 * out: what measures is not trained on. Rewards are computed anew from the steps, so that another experiment may reward otherwise.
 */
import { parseTree, type ParseError } from 'jsonc-parser';
import { toolOutcomes, type Tool } from '../../world/tool.ts';
import type { Outcome } from '../../world/trajectory.ts';
import type { Level } from '../../world/world.ts';
import type { RecordedStep, Recording } from './recording.ts';
import { RecordedError } from './table.ts';

type Fields = Readonly<Record<string, unknown>>;
const levels: readonly Level[] = ['I1', 'I2', 'I3'];
const outcomes: readonly Outcome[] = ['answered', 'gaveUp', 'truncatedTurns', 'truncatedTokens', 'truncatedTime'];

/**
 * Recordings of such a file, read as they are asked for. A last line that does not end is one where it is whole, as in files that were
 * written by hand; a torn one, as of a run that was killed, is passed over.
 * @param toolOf a tool by its name, where it is known; others are shown by their names
 * @param firstLine number of the text's first line, for messages
 * @throws RecordedError naming line and column, for a line that is no trajectory
 */
export function* readOwn(text: string, file: string, toolOf: (name: string) => Tool | undefined, firstLine = 1): Generator<Recording, undefined> {
  const seen = new Set<string>();
  let line = firstLine - 1;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const content = text.slice(start, found < 0 ? undefined : found).replace(/\r$/, '');
    start = found < 0 ? text.length : found + 1;
    line++;
    if (content.trim() === '' || (found < 0 && !isWhole(content))) continue;
    const read = trajectory(content, file, line, toolOf);
    if (!read) continue;
    // runs that were put together may have the same names
    let id = read.id;
    for (let more = 2; seen.has(id); more++) id = `${read.id}~${more}`;
    seen.add(id);
    yield { ...read, id };
  }
  return undefined;
}

function trajectory(content: string, file: string, line: number, toolOf: (name: string) => Tool | undefined): Recording | undefined {
  const fail = (what: string, column = 1): never => {
    throw new RecordedError(`${what} A line should be a trajectory as a run folder has it (trajectories.jsonl).`, file, line, column);
  };
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    const errors: ParseError[] = [];
    parseTree(content, errors, { disallowComments: true });
    return fail('The line is no JSON.', (errors[0]?.offset ?? 0) + 1);
  }
  if (!isFields(value)) return fail('The line is no JSON object.');
  const { id, taskId, split, query, tools, sample, seed, outcome, solved, steps } = value;
  if (split !== 'train') return typeof split === 'string' ? undefined : fail('"split" should be a text.');
  if (typeof id !== 'string' || typeof taskId !== 'string' || typeof query !== 'string') return fail('"id", "taskId" and "query" should be texts.');
  const level = levels.find((each) => each === value['level']) ?? fail(`"level" should be one of ${levels.join(', ')}.`);
  const ended = outcomes.find((each) => each === outcome) ?? fail(`"outcome" should be one of ${outcomes.join(', ')}.`);
  if (!Array.isArray(tools) || !tools.every((name) => typeof name === 'string')) return fail('"tools" should be a list of names.');
  if (typeof solved !== 'boolean' || !isCount(sample) || !isCount(seed)) return fail('"solved" should be true or false, "sample" and "seed" counts.');
  if (!Array.isArray(steps) || steps.length === 0) return fail('"steps" should be a list of one step at least.');
  return {
    id, sample, seed, solved, outcome: ended,
    task: { id: taskId, split, level, query, tools: tools.map((name) => toolOf(name) ?? { name, category: '', tool: '', api: name, description: '', required: [], optional: [] }) },
    spans: spansOf(steps),
    steps: steps.map((step: unknown, t): RecordedStep => {
      if (!isFields(step)) return fail(`steps[${t}] is no object.`);
      const text = (name: string): string => {
        const field = step[name];
        return typeof field === 'string' ? field : fail(`steps[${t}].${name} should be a text.`);
      };
      const toolOutcome = toolOutcomes.find((each) => each === step['toolOutcome']) ?? fail(`steps[${t}].toolOutcome should be one of ${toolOutcomes.join(', ')}.`);
      return { thought: text('thought'), action: text('action'), arguments: text('arguments'), observation: text('observation'), toolOutcome };
    }),
  };
}

/** Where the steps are in the trajectory's tokens; undefined unless that is one after the other. */
function spansOf(steps: readonly unknown[]): Recording['spans'] {
  const spans: { start: number; end: number }[] = [];
  for (const step of steps) {
    const tokens = isFields(step) ? step['tokens'] : undefined;
    if (!isFields(tokens)) return undefined;
    const { start, end } = tokens;
    if (!isCount(start) || !isCount(end) || start < (spans.at(-1)?.end ?? 1) || end <= start) return undefined;
    spans.push({ start, end });
  }
  return spans;
}

/** No beginning of an object is JSON itself. */
function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
