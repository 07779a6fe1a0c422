/** A trajectory that was recorded before, by whatever policy, to be learnt from offline. */
import type { Fragment } from '../../policy/dialogue/dialogue.ts';
import type { ToolOutcome } from '../../world/tool.ts';
import type { Outcome } from '../../world/trajectory.ts';
import type { Task } from '../../world/world.ts';

/** A turn and what came back. */
export interface RecordedStep {
  readonly thought: string;
  readonly action: string;
  readonly arguments: string;
  /** Empty where nothing came back, as from `Finish`. */
  readonly observation: string;
  readonly toolOutcome: ToolOutcome;
}

/** The text of a turn, in parts: what is said, the control token that ends it if one does, and what the file has behind that. */
export interface FramedTurn {
  readonly body: string;
  readonly end?: string;
  readonly after: string;
}

export interface Recording {
  /** Within its file. */
  readonly id: string;
  readonly task: Task;
  readonly sample: number;
  readonly seed: number;
  readonly outcome: Outcome;
  readonly solved: boolean;
  readonly steps: readonly RecordedStep[];
  /** One reward a step, where the recording has its own; else they are computed from the steps. */
  readonly scores?: readonly number[];
  /** Where the steps are in the tokens that were written, where that is recorded. */
  readonly spans?: readonly { readonly start: number; readonly end: number }[];
  /** These tokens themselves, which mean something to the tokenizer that they were written with alone. */
  readonly ids?: ArrayLike<number>;
  /** How the file frames the dialogue: what stands before each turn, and the turn. Without it the dialogue is framed anew. */
  readonly framed?: readonly { readonly before: readonly Fragment[]; readonly turn: FramedTurn }[];
}
