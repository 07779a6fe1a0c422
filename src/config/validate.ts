/** The border: from the text of an experiment file to an experiment, or to what is wrong with it. */
import { checkTree } from './check.ts';
import { layer, presetExperiment } from './defaults.ts';
import type { Diagnostic, Problem, ProblemCode } from './diagnostics.ts';
import type { LookUp } from './named-files.ts';
import { parseText } from './parse.ts';
import { Positions } from './positions.ts';
import { checkRules } from './rules.ts';
import type { Json } from './field-tree.ts';
import type { Experiment } from './schema.ts';

export interface ValidateOptions {
  /** The name of an experiment that does not name itself: see {@link nameFromFile}. */
  readonly name?: string;
  /** What is at the paths that the experiment names. Without it nothing is said about them. */
  readonly lookUp?: LookUp;
  /**
   * The text is that of a run, with every field written out: nobody wrote those that are without effect, and they had none in the run
   * either, which may have begun before a rule came to say so. Nor is it asked whether training could teach anything: it is over, or goes on.
   */
  readonly isOfRun?: boolean;
}

export interface Validated {
  /** The experiment with every default filled in; absent when there is an error. */
  readonly experiment?: Experiment;
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is not wrong and yet worth knowing, in the order of the text. */
  readonly notes: readonly Diagnostic[];
}

/**
 * Reads an experiment file. Never throws, whatever the text. Defaults come from the schema, over them the file's preset,
 * over that the file.
 */
export function validateExperiment(text: string, options: ValidateOptions = {}): Validated {
  const parsed = parseText(text);
  if ('problem' in parsed) return { diagnostics: placed(text, [parsed.problem]), notes: [] };
  const { value, given, problems } = checkTree(parsed.root);
  // A value that was refused has no experiment to be judged in; a misspelt or doubled name does.
  if (problems.some((problem) => problem.code !== 'unknown-key' && problem.code !== 'duplicate-key')) return { diagnostics: placed(text, problems), notes: [] };
  const experiment = resolve(value, options);
  const broken = checkRules(experiment, given, text, options.lookUp).filter(({ code }) => !options.isOfRun || !isOfTraining(code));
  const all = placed(text, [...problems, ...broken]);
  const diagnostics = all.filter(({ severity }) => severity !== 'note');
  const notes = all.filter(({ severity }) => severity === 'note');
  return all.some(({ severity }) => severity === 'error') ? { diagnostics, notes } : { experiment, diagnostics, notes };
}

const isOfTraining = (code: ProblemCode): boolean => code === 'no-effect' || code === 'no-reward';

/** The only place where checked values become an experiment; the check against the schema is what makes the cast true. */
function resolve(value: Json, options: ValidateOptions): Experiment {
  const file = value as { readonly preset?: Experiment['preset'] };
  const named: Json = options.name === undefined ? {} : { name: options.name };
  return layer(layer(presetExperiment(file.preset ?? 'default') as unknown as Json, named), value) as unknown as Experiment;
}

function placed(text: string, problems: readonly Problem[]): Diagnostic[] {
  const positions = new Positions(text);
  return problems
    .map((problem) => ({ ...problem, ...positions.at(problem.offset) }))
    .sort((a, b) => a.offset - b.offset);
}

/** The name that a file gives its experiment: the file's name without folder and ending, kept to what a folder may be called. */
export function nameFromFile(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? '';
  const name = base.replace(/\.steptool\.jsonc?$|\.jsonc?$/i, '').replace(/[<>:"|?*\u0000-\u001f]/g, '-').slice(0, 80).replace(/^[\s.]+|[\s.]+$/g, '');
  return name === '' ? 'experiment' : name;
}
