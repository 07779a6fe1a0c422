/**
 * The released training files, `data_train/<model>/step_grained_for_ppo*.csv` (steptool.md 3.1): a row a trajectory, its
 * cells Python literals of equal length: what stood before each turn, the turns, and one reward a step.
 */
import { parseReact } from '../../policy/dialogue/turn.ts';
import { finishAction, type Tool, type ToolOutcome } from '../../world/tool.ts';
import { prepare } from '../../world/toolset.ts';
import type { Outcome } from '../../world/trajectory.ts';
import type { Task } from '../../world/world.ts';
import { frames, type Frame } from './frames.ts';
import { LiteralError, type Literal } from './literal.ts';
import { parseLiteral } from './parse-literal.ts';
import type { RecordedStep, Recording } from './recording.ts';
import { readTable, RecordedError, type Cell } from './table.ts';

type List = readonly Literal[];
/** Characters of a text: observations are cut at 1024, and no context holds a turn or a prompt of this length. */
const longest = 2 ** 18;
const columns = ['prompt', 'response', 'reward'] as const;

/**
 * Recordings of such a file, read as they are asked for.
 * @param file its name, for messages
 * @throws RecordedError naming line and column, for a cell that is no list of the right things, lists of different lengths,
 *   a dialogue that is framed in none of the known ways, or otherwise than in the rows before
 */
export function* readReleased(text: string, file: string): Generator<Recording, undefined> {
  let number = 0;
  let frame: Frame | undefined;
  for (const row of readTable(text, file, columns)) {
    number++;
    const lists = columns.map((name) => listIn(row[name], name, file));
    const [prompts, responses, rewards] = lists;
    if (prompts.length !== responses.length || prompts.length !== rewards.length)
      throw new RecordedError(`The lists have different lengths: ${prompts.length} in "prompt", ${responses.length} in "response", ${rewards.length} in "reward". Each step has one of each.`, file, row.line, 1);
    if (prompts.length === 0) throw new RecordedError('The trajectory has no steps.', file, row.line, 1);
    const [before, turns] = [texts(prompts, row.prompt, 'prompt', file), texts(responses, row.response, 'response', file)];
    const scores = rewards.map((literal, t) => {
      if (literal.kind === 'number' && Number.isFinite(literal.value)) return literal.value;
      throw wrong(row.reward, literal, `reward[${t}] should be a number`, file, literal.kind === 'number' ? 'not finite' : undefined);
    });
    const known = frame ? [frame] : frames;
    frame = known.find((each) => each.opening(before[0].value));
    if (!frame) throw before[0].error(`is not framed ${known.length === 1 ? `as ${known[0].name} has it, as in the rows before` : `in a known way (${known.map(({ name }) => name).join(', ')})`}`);
    yield recording(`row-${number}`, frame, before, turns, scores);
  }
}

/** A text of a cell, and what to throw if it will not do. */
interface Given {
  readonly value: string;
  readonly error: (what: string) => RecordedError;
}

function recording(id: string, frame: Frame, before: readonly Given[], turns: readonly Given[], scores: readonly number[]): Recording {
  const opening = frame.opening(before[0].value)!;
  const observations = before.slice(1).map(({ value, error }) => {
    const found = frame.observation(value);
    if (!found) throw error(`is not one observation, framed as ${frame.name} has it`);
    return found;
  });
  const task = taskOf(id, opening.query, opening.system);
  const framed = turns.map(({ value, error }, t) => {
    const turn = frame.turn(value);
    if (turn.body.trim() === '') throw error('is empty');
    return { before: t === 0 ? opening.fragments : observations[t - 1].fragments, turn };
  });
  const steps = framed.map(({ turn }, t): RecordedStep => {
    const { thought, name, input, action } = parseReact(turn.body);
    const observation = observations[t]?.said ?? '';
    const prepared = name === finishAction || action.kind === 'unreadable' ? prepare(task, action) : undefined;
    const toolOutcome = prepared?.kind === 'settled' ? prepared.observation.outcome : outcomeOf(observation);
    return { thought, action: name, arguments: input, observation, toolOutcome };
  });
  return { id, task, sample: 0, seed: 0, outcome: endOf(steps), solved: scores[scores.length - 1] > 0.5, steps, scores, framed };
}

/** How a trajectory whose last step is this ended. Without an end it was cut off, and turns are what the released budgets count. */
function endOf(steps: readonly RecordedStep[]): Outcome {
  const outcome = steps[steps.length - 1].toolOutcome;
  return outcome === 'answered' || outcome === 'gaveUp' ? outcome : 'truncatedTurns';
}

/** ToolBench's observations say whether the call went wrong in the field `error`; a long one is cut, and no JSON any more. */
function outcomeOf(observation: string): ToolOutcome {
  if (/^\s*\{\s*"error"\s*:\s*""/.test(observation)) return 'ok';
  return /^\s*\{\s*"error"/.test(observation) ? 'error' : 'ok';
}

/** The files list the names of the tools and no more. */
function taskOf(id: string, query: string, system: string): Task {
  const [from, to] = [system.indexOf('['), system.lastIndexOf(']')];
  const names = namesIn(system.slice(Math.max(0, from), to + 1)).filter((name) => name !== finishAction);
  const tools = names.map((name): Tool => {
    const cut = name.lastIndexOf('_for_');
    return { name, category: '', tool: cut < 0 ? '' : name.slice(cut + '_for_'.length), api: cut < 0 ? name : name.slice(0, cut), description: '', required: [], optional: [] };
  });
  // categories are not recorded: several tools could be I2 or I3, and are called the lower
  const level = new Set(tools.map(({ tool }) => tool)).size > 1 ? 'I2' : 'I1';
  return { id, split: 'train', level, query, tools };
}

function namesIn(list: string): string[] {
  try {
    const literal = parseLiteral(list);
    return literal.kind === 'list' ? literal.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : [];
  } catch (error) {
    if (error instanceof LiteralError) return []; // a system text of another kind: the tools are then not known
    throw error;
  }
}

function listIn(cell: Cell, name: string, file: string): List {
  try {
    const literal = parseLiteral(cell.text);
    if (literal.kind === 'list' || literal.kind === 'tuple') return literal.items;
    throw wrong(cell, literal, `"${name}" should be a list`, file);
  } catch (error) {
    if (!(error instanceof LiteralError)) throw error;
    const { line, column } = cell.at(error.offset);
    throw new RecordedError(`"${name}" is no Python literal. ${error.message}`, file, line, column);
  }
}

const texts = (list: List, cell: Cell, name: string, file: string): Given[] => list.map((literal, t) => {
  const error = (what: string): RecordedError => {
    const { line, column } = cell.at(literal.at);
    return new RecordedError(`${name}[${t}] ${what}.`, file, line, column);
  };
  if (literal.kind !== 'string') throw wrong(cell, literal, `${name}[${t}] should be a string`, file);
  if (literal.value.length > longest) throw error(`has ${literal.value.length} characters; at most ${longest} are read`);
  return { value: literal.value, error };
});

function wrong(cell: Cell, literal: Literal, what: string, file: string, is = literal.kind === 'none' ? 'None' : `a ${literal.kind}`): RecordedError {
  const { line, column } = cell.at(literal.at);
  return new RecordedError(`${what}, and is ${is}.`, file, line, column);
}
