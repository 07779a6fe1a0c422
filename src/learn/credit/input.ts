// What credit assignment reads and gives: the arrays of one trajectory. Nothing here knows of tensors, files or policies.

/** What the recursion runs over; each has a file of its own in this folder. */
export const creditModes = ['step', 'tokenCompressed', 'tokenPadded', 'monteCarlo'] as const;
export type CreditMode = (typeof creditModes)[number];

/** What the score of step i of T, counted from 0, is multiplied by: 1 (paper), T − 1 − i (released trainer), T − i. */
export const stepWeights = ['one', 'remaining', 'remainingInclusive'] as const;
export type StepWeight = (typeof stepWeights)[number];

/** Positions `start` to `end`, `end` left out. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How credit is assigned: the same for every trajectory of a batch. */
export interface CreditSettings {
  readonly mode: CreditMode;
  /** Discount, per step in `step` and `monteCarlo`, per token in the token modes. */
  readonly gamma: number;
  /** The lambda of generalised advantage estimation; `monteCarlo` does not read it. */
  readonly lam: number;
  /** Weight of the KL penalty in the rewards; 0 when the penalty is in the loss. */
  readonly beta: number;
  readonly stepWeight: StepWeight;
}

/**
 * One trajectory. The per-token arrays have one length and one alignment: position t is the prediction of one token, so
 * `values[t]` is the value of the state before that token. They cover the trajectory and no padding.
 */
export interface CreditInput extends CreditSettings {
  /** [length] 1 where the policy chose the token (M of steptool.md 2.2), 0 on prompts and observations. */
  readonly mask: ArrayLike<number>;
  /**
   * The steps, in order. Without them each maximal run of ones is a step, which is wrong where two steps touch (a tool
   * that returned nothing): give them whenever they are known. A step may span masked tokens; its trainable ones count.
   */
  readonly steps?: readonly Span[];
  /**
   * One reward a step. There may be fewer steps than scores, where the start of the trajectory was cut off to fit the
   * context: steps and scores are then matched from the end (released `compute_rewards`).
   */
  readonly scores: readonly number[];
  /** [length] Read at trainable positions only. */
  readonly values: ArrayLike<number>;
  /** [length] An estimate of the KL to the reference per token, read at trainable positions only; none: all 0. */
  readonly kl?: ArrayLike<number>;
  /** Value of the state after the last step: the critic's where the episode was truncated, 0 (the default) where it terminated. */
  readonly bootstrap?: number;
}

/** Credit of one step, for records and views. `return` = `advantage` + `value`, all raw (before whitening). */
export interface StepCredit {
  /** Which of the scores this step earned. */
  readonly score: number;
  /** Its tokens, as a range of the arrays in {@link Credit}. */
  readonly start: number;
  readonly end: number;
  /** Weighted score minus the KL penalties of its tokens. */
  readonly reward: number;
  /** Value of the state before the step. */
  readonly value: number;
  /** Of the step; in the token modes, of its first token. */
  readonly advantage: number;
  readonly return: number;
}

/** All arrays are [trainable positions], in order of position. */
export interface Credit {
  /** Where the mask is 1. */
  readonly positions: Int32Array;
  /** Rewards as placed: the weighted score on the last trainable token of each step, less beta · kl on every one. */
  readonly tokenRewards: Float64Array;
  /** Before whitening. */
  readonly advantages: Float64Array;
  /** Targets of the value head: advantages + values. In the step modes the return of the step, on all its tokens. */
  readonly returns: Float64Array;
  readonly steps: readonly StepCredit[];
}
