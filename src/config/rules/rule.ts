/** What a cross-field rule is: a small question about a whole experiment. */
import type { ProblemCode, Severity } from '../diagnostics.ts';
import type { Json } from '../field-tree.ts';
import type { LookUp } from '../named-files.ts';
import type { Experiment } from '../schema.ts';

/** What a rule may know: the experiment with its defaults, and which fields the file itself sets. */
export interface Facts {
  readonly experiment: Experiment;
  /** Whether the file sets the field at this path, to whatever value. */
  readonly given: (path: string) => boolean;
  /** The value a field would have if the file did not set it: that of its preset. */
  readonly fallback: (path: string) => Json | undefined;
  /** What is at a path that the experiment names. */
  readonly lookUp: LookUp;
}

export interface Finding {
  /** The fields that contradict each other, the likeliest to be changed first. The first that the file sets is marked. */
  readonly at: readonly [string, ...string[]];
  readonly message: string;
  /** A change that cures it; `value` undefined takes the field out of the file. */
  readonly fix?: { readonly path: string; readonly value: Json | undefined };
  /** Unless given, that of the rule. */
  readonly severity?: Severity;
}

export interface Rule {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** The contradiction, or undefined when there is none. */
  readonly find: (facts: Facts) => Finding | undefined;
}

/**
 * A rule for a field that means nothing under some settings: set there, it is refused, because the file would promise
 * what the run does not do. Set to the value it has anyway it does no harm, as in a file with every default written out:
 * then it is only mentioned.
 */
export const unused = (path: string, because: (experiment: Experiment) => string | undefined): Rule => ({
  code: 'no-effect',
  severity: 'error',
  find: ({ experiment, given, fallback }) => {
    const reason = given(path) ? because(experiment) : undefined;
    if (reason === undefined) return undefined;
    const harmless = JSON.stringify(valueOf(experiment, path)) === JSON.stringify(fallback(path));
    return {
      at: [path],
      message: `"${path}" has no effect: ${reason}. Remove it, or change that.`,
      fix: { path, value: undefined },
      severity: harmless ? 'warning' : 'error',
    };
  },
});

const valueOf = (experiment: Experiment, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], experiment);
