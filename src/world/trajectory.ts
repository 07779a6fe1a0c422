import type { ToolOutcome } from './tool.ts';
import type { Level } from './world.ts';

/** One assistant turn and its observation. Token positions index the trajectory's token arrays; `end` is exclusive. */
export interface Step {
  readonly index: number;
  readonly thought: string;
  readonly action: string;
  /** The action input as the policy wrote it. */
  readonly arguments: string;
  readonly observation: string;
  readonly toolOutcome: ToolOutcome;
  /** The tokens the policy wrote in this step: the only ones that are trained on. */
  readonly tokens: { readonly start: number; readonly end: number };
  /** Named reward parts; what a part means is in `src/reward`. */
  reward: Record<string, number>;
  /** Credit, filled in by the update: return, advantage (raw, before whitening) and value of the step. */
  return?: number;
  advantage?: number;
  value?: number;
  readonly seconds: number;
}

/** How an episode ended. The first two are terminated, the rest truncated: only truncation bootstraps. */
export type Outcome = 'answered' | 'gaveUp' | 'truncatedTurns' | 'truncatedTokens' | 'truncatedTime';

export const isTruncated = (outcome: Outcome): boolean => outcome.startsWith('truncated');

/** One attempt at one task: a line of `trajectories.jsonl`. */
export interface Trajectory {
  readonly id: string;
  readonly iteration: number;
  readonly taskId: string;
  readonly split: string;
  readonly level: Level;
  readonly query: string;
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  readonly sample: number;
  readonly seed: number;
  /** Updates the weights had seen when this was sampled. */
  readonly weightsVersion: number;
  readonly outcome: Outcome;
  readonly solved: boolean;
  readonly steps: Step[];
}
