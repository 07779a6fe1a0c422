// Atlas: the embedded world. Twelve categories of invented APIs about invented places, people and things, from which tasks of one to
// five calls are composed; no network, no files, and everything follows from one seed. How it is built:
//
//   catalog/   what the APIs take and give, and the ways to ask for it     names.ts     who and what there is, in two pools
//   facts.ts   what is true: the answer of every API to every call         shape.ts     which calls feed which
//   links.ts   combinations: which are held out                            phrasing.ts  a shape in words
//   puzzle.ts  a named shape, its query, its list of tools, its solution
//   session.ts one attempt, with transient errors                          expert.ts    demonstrations, right or flawed
//   checker.ts whether an attempt solved its task                          statistics.ts  what the tasks are like
//
// docs/atlas.md says what it is for and what it does not show.
import type { DemonstratedStep, ExpertFlaws, Level, Task, World } from '../world.ts';
import { offers } from './catalog/index.ts';
import { isSolved } from './checker.ts';
import { demonstrate } from './expert.ts';
import { createFacts } from './facts.ts';
import { createNames } from './names.ts';
import { createPuzzles, splits } from './puzzle.ts';
import type { Puzzle, Split } from './puzzle.ts';
import { openSession } from './session.ts';
import type { AtlasSession } from './session.ts';

export interface AtlasOptions {
  /** Decides names, facts, tasks and errors. A whole number. */
  readonly seed: number;
  /** Levels of the tasks, in equal shares: I1 one tool, I2 several of one category, I3 several categories. */
  readonly levels: readonly Level[];
  /** Tools in every list that the task does not need. */
  readonly distractors: number;
  /** Chance of a valid call to fail in passing, unless the one before did. */
  readonly transientErrorRate: number;
}

export const defaultAtlas: AtlasOptions = { seed: 1, levels: ['I1', 'I2', 'I3'], distractors: 4, transientErrorRate: 0.05 };

/** Atlas as a World whose sessions answer at once. */
export interface Atlas extends World {
  open(task: Task, seed: number): AtlasSession;
  /** The task with its solution: for statistics and tests, never for a policy. */
  puzzle(task: Task): Puzzle;
}

const isSplit = (name: string): name is Split => (splits as readonly string[]).includes(name);
const isIndex = (index: number): boolean => Number.isSafeInteger(index) && index >= 0;

function validate({ seed, levels, distractors, transientErrorRate }: AtlasOptions): void {
  const wrong = !Number.isSafeInteger(seed) ? `seed must be a whole number, not ${seed}`
    : levels.length === 0 || new Set(levels).size < levels.length ? 'levels must name at least one of I1, I2, I3, each once'
    : !Number.isInteger(distractors) || distractors < 0 || distractors > 20 ? `distractors must be a whole number from 0 to 20, not ${distractors}`
    : !(transientErrorRate >= 0 && transientErrorRate <= 1) ? `transientErrorRate must be from 0 to 1, not ${transientErrorRate}`
    : undefined;
  if (wrong) throw new RangeError(`Atlas: ${wrong}`);
}

/** Makes the world of these options; left out ones as in {@link defaultAtlas}. Throws RangeError for options out of range. */
export function createAtlas(given: Partial<AtlasOptions> = {}): Atlas {
  const options: AtlasOptions = { ...defaultAtlas, ...given };
  validate(options);
  const { seed, transientErrorRate } = options;
  const names = createNames(seed);
  const facts = createFacts(seed, names);
  const puzzles = createPuzzles(options, names, facts);
  const made = new WeakMap<Task, Puzzle>();

  function derive(split: string, index: number): Puzzle {
    if (!isSplit(split)) throw new RangeError(`Atlas: there is no split '${split}', only ${splits.join(', ')}`);
    if (!isIndex(index)) throw new RangeError(`Atlas: a task's index must be a whole number from 0, not ${index}`);
    const puzzle = puzzles(split, index);
    made.set(puzzle.task, puzzle);
    return puzzle;
  }

  /** Tasks read back from a file are found by their id. */
  function puzzle(task: Task): Puzzle {
    const known = made.get(task);
    if (known) return known;
    const [split, index] = task.id.split('/');
    const derived = derive(split!, Number(index));
    made.set(task, derived);
    return derived;
  }

  const open = (task: Task, attempt: number): AtlasSession => openSession(seed, facts, task, attempt, transientErrorRate);
  return {
    name: 'atlas',
    splits,
    tools: offers.map(({ tool }) => tool),
    task: (split, index) => derive(split, index).task,
    open,
    isSolved: (task, steps) => isSolved(puzzle(task), steps, facts),
    demonstrate: (task: Task, attempt: number, flaws: ExpertFlaws): DemonstratedStep[] =>
      demonstrate(puzzle(task), open(task, attempt), names, flaws, seed, 'expert', task.id, attempt),
    oracleSteps: (task) => puzzle(task).calls + 1,
    puzzle,
  };
}
