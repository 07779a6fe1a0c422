import type { Observation, Json, Tool } from './tool.ts';
import type { Step } from './trajectory.ts';

/** ToolBench's levels: one tool; several tools of a category; several categories. */
export type Level = 'I1' | 'I2' | 'I3';

/** A query with its tools. What solves it is the world's secret: see {@link World.isSolved}. */
export interface Task {
  readonly id: string;
  readonly split: string;
  readonly level: Level;
  readonly query: string;
  /** The tools on offer, distractors included, in the order shown. */
  readonly tools: readonly Tool[];
}

/** One attempt at a task: the tools with whatever state the attempt has. */
export interface Session {
  /**
   * Calls a tool by its exact name with parsed arguments. Never throws for what the policy did wrong: that is an outcome.
   * `signal` fires when nobody waits for the answer any more (time-out, end of the run), for tools that can stop early.
   */
  call(name: string, args: { [key: string]: Json }, signal?: AbortSignal): Observation | Promise<Observation>;
}

/** A demonstrated step: what the expert wrote and what came back. */
export interface DemonstratedStep {
  readonly thought: string;
  readonly action: string;
  /** The action input as written, normally a JSON object. */
  readonly arguments: string;
  readonly observation: Observation;
}

/** How often the demonstrating expert goes wrong, each a probability per opportunity. All 0 is the oracle. */
export interface ExpertFlaws {
  /** Repeats a call, or makes one that the task does not need, before the needed one. */
  readonly redundantCall: number;
  /** Makes the needed call with a wrong argument first, and retries after the error. */
  readonly wrongArgument: number;
  /** Gives up although the task can be solved. */
  readonly surrender: number;
}

/** What a policy acts on. Everything follows from the world's seed; nothing touches the network. */
export interface World {
  readonly name: string;
  readonly splits: readonly string[];
  /** All tools of the world. */
  readonly tools: readonly Tool[];
  /** Task `index` of a split: the same for the same world seed, whatever was asked before. */
  task(split: string, index: number): Task;
  /** Opens an attempt. `seed` decides transient errors and nothing else. */
  open(task: Task, seed: number): Session;
  /** Whether the steps solve the task: the answer is right, and it was observed, not guessed. */
  isSolved(task: Task, steps: readonly Step[]): boolean;
  /** The expert's attempt, deterministic in `(task, seed)`; with all flaws 0 it solves every task. */
  demonstrate(task: Task, seed: number, flaws: ExpertFlaws): DemonstratedStep[];
  /** Calls that the oracle makes on the task, `Finish` included. */
  oracleSteps(task: Task): number;
}
