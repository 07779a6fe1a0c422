/** What is wrong with an experiment file, in a shape that a terminal and an editor can both show. */

/** An error keeps the experiment from running, a warning does not, a note is only worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** Another field that has to do with a problem, and where the file sets it. */
export interface Related {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** What a fix does to the file, its values as they are written there. */
export type Change =
  | { readonly kind: 'replace'; readonly by: string }
  | { readonly kind: 'set'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string };

/** One replacement in the text that would cure the problem. */
export interface Fix {
  readonly title: string;
  /** The same as the title, for those who say it in another language. */
  readonly change: Change;
  /** In UTF-16 units from the start of the text, as `length`. */
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** A change in English. */
export function titleOf(change: Change): string {
  switch (change.kind) {
    case 'replace': return `Change to ${change.by}`;
    case 'set': return `Set "${change.path}" to ${change.to}`;
    case 'remove': return `Remove "${change.path}"`;
  }
}

/** A problem and the range of the text that it is about. */
export interface Problem {
  readonly severity: Severity;
  /** Stable: a key of {@link problemCodes}. */
  readonly code: ProblemCode;
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  /** The field, as `algorithm.kl.place` or `world.levels[1]`; empty for the whole file. */
  readonly path: string;
  readonly expected?: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
  readonly fix?: Fix;
  readonly related?: readonly Related[];
}

/** A problem with its place, both counted from 1; columns in UTF-16 units, as editors count them. */
export interface Diagnostic extends Problem {
  readonly line: number;
  readonly column: number;
}

/** Every code, and what it stands for. Codes are never renamed: people search for them and silence them by name. */
export const problemCodes = {
  'syntax': 'The text is not JSON (comments and trailing commas are allowed).',
  'too-large': 'The file is far larger than any experiment.',
  'too-deep': 'Brackets are nested far deeper than in any experiment.',
  'duplicate-key': 'A name occurs twice in one object.',
  'unknown-key': 'There is no such field.',
  'unknown-value': 'There is no such name to choose.',
  'wrong-type': 'The value is of another type.',
  'out-of-range': 'The value is outside of what the field takes.',
  'no-effect': 'The field is set, and other settings make it mean nothing.',
  'heads-split': 'Width and heads of the policy do not divide.',
  'tokenizer-mismatch': 'Bundled weights read only the tokens of the bundled tokenizer.',
  'context-exceeded': 'Episodes may grow longer than the policy can attend to.',
  'budget-exceeded': 'A part of a budget is larger than the whole.',
  'batch-too-small': 'The iteration collects too few trajectories for what is done with them.',
  'no-reward': 'No reward can be earned.',
  'estimator-place': 'The estimator of the divergence does not work at this place.',
  'adaptive-zero': 'An adaptive coefficient that starts at 0 stays there.',
  'adapter-base': 'An adapter has no trained weights to stand beside.',
  'untrained-policy': 'Reinforcement learning would start from random weights.',
  'off-policy-sampling': 'Episodes are drawn from another distribution than the one optimised.',
  'group-by-chance': 'Samples of a task are compared where they happen to meet.',
  'credit-decay': 'Credit hardly crosses the tokens of an observation.',
  'final-reward-dropped': 'The reward of the last step is multiplied by 0.',
  'train-split': 'Measuring on tasks that are trained on.',
  'same-samples': 'Greedy samples of a task hardly differ.',
  'no-half-precision': 'The engine that is named has no products of half precision.',
  'missing-file': 'The file or folder that is named is not there, or is not what it should be.',
  'no-room': 'A prompt and one turn do not fit into an episode.',
  'checkpoint-sizes': 'The sizes of the policy are not those of the checkpoint.',
  'preset-overridden': 'The file sets what its preset stands for to another value.',
  'unusual-value': 'The value is allowed, and far from where it usually lies.',
  'never-happens': 'What is asked for comes later than the run ends.',
} as const;
export type ProblemCode = keyof typeof problemCodes;

/**
 * Problems of values: what the JSON Schema of editors tells too. Where an editor validates by the schema, these would be told
 * twice; their fixes are still worth offering. Unknown names are not among them: no schema can say which name was meant.
 */
export const schemaCodes: ReadonlySet<ProblemCode> = new Set(['syntax', 'duplicate-key', 'unknown-value', 'wrong-type', 'out-of-range']);
