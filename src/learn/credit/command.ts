// `steptool credit <file.json>`: the arithmetic of credit assignment on numbers that anyone can write down.
import { assignCredit } from './assign.ts';
import { creditModes, stepWeights } from './input.ts';
import type { CreditInput, Span } from './input.ts';

/** The file is not what the command takes. The message has a line for each thing wrong: where, what, and what to do. */
export class CreditFileError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'CreditFileError';
  }
}

/** At the trainable positions, before whitening. Plain arrays, as JSON has them. */
export interface CreditReport {
  readonly tokenRewards: number[];
  readonly advantages: number[];
  readonly returns: number[];
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
};

/** Reads fields of an object, and notes what is wrong with them instead of stopping at the first. */
class Fields {
  readonly problems: string[] = [];
  readonly #object: Readonly<Record<string, unknown>>;

  constructor(object: object) {
    this.#object = object as Readonly<Record<string, unknown>>;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  wrong(name: string, expected: string): void {
    this.problems.push(this.has(name) ? `${name} is ${show(this.#object[name])}: expected ${expected}` : `${name} is missing: give ${expected}`);
  }

  number(name: string, from: number, to: number): number {
    const value = this.#object[name];
    if (typeof value === 'number' && value >= from && value <= to && Number.isFinite(value)) return value;
    this.wrong(name, to === Infinity ? (from === 0 ? 'a number of at least 0' : 'a finite number') : `a number from ${from} to ${to}`);
    return 0;
  }

  numbers(name: string, what: string, length?: number, fits: (x: number) => boolean = Number.isFinite): number[] {
    const value = this.#object[name];
    if (!Array.isArray(value)) {
      this.wrong(name, what);
      return [];
    }
    const bad = value.findIndex((x) => typeof x !== 'number' || !fits(x));
    if (bad >= 0) this.problems.push(`${name}[${bad}] is ${show(value[bad])}: expected ${what}`);
    else if (length !== undefined && value.length !== length) {
      this.problems.push(`${name} has ${value.length} entries but mask has ${length}: give one a token`);
    }
    return bad >= 0 ? [] : (value as number[]);
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.#object[name]);
    if (found === undefined) this.wrong(name, `one of ${choices.join(', ')}`);
    return found ?? choices[0];
  }

  spans(name: string): Span[] {
    const what = 'an array of {"start": …, "end": …}, whole numbers, end left out';
    const value = this.#object[name];
    if (!Array.isArray(value)) {
      this.wrong(name, what);
      return [];
    }
    const bad = value.findIndex((span) => !Number.isInteger((span as Partial<Span> | null)?.start) || !Number.isInteger((span as Partial<Span> | null)?.end));
    if (bad >= 0) this.problems.push(`${name}[${bad}] is ${show(value[bad])}: expected ${what}`);
    return bad >= 0 ? [] : (value as Span[]);
  }

  unknown(known: readonly string[]): void {
    for (const name of Object.keys(this.#object)) {
      if (!known.includes(name)) this.problems.push(`${name} is unknown: the fields are ${known.join(', ')}`);
    }
  }
}

const known = ['mask', 'scores', 'values', 'kl', 'gamma', 'lam', 'beta', 'mode', 'stepWeight', 'steps', 'bootstrap'] as const;

/**
 * Reads the content of a credit file. `kl` may be left out (none), be one number for all tokens, or an array;
 * `beta` is 0, `stepWeight` is `one` and `bootstrap` is 0 if left out; without `steps` each run of ones is a step.
 * Throws CreditFileError with everything that is wrong.
 */
export function parseCreditFile(value: unknown): CreditInput {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CreditFileError([`The file holds ${show(value)}: expected an object with ${known.join(', ')}`]);
  }
  const fields = new Fields(value);
  fields.unknown(known);
  const mask = fields.numbers('mask', 'an array of 0 and 1, one a token', undefined, (x) => x === 0 || x === 1);
  const length = mask.length > 0 ? mask.length : undefined; // a broken mask is one problem, not one an array
  const scores = fields.numbers('scores', 'an array of finite numbers, one a step');
  const values = fields.numbers('values', 'an array of finite numbers, one a token', length);
  const constantKl = 'kl' in value && typeof value.kl === 'number' && Number.isFinite(value.kl) ? value.kl : undefined;
  const kl = constantKl !== undefined ? mask.map(() => constantKl) : fields.has('kl') ? fields.numbers('kl', 'an array of finite numbers, one a token', length) : undefined;
  const beta = fields.has('beta') ? fields.number('beta', 0, Infinity) : 0;
  if (beta > 0 && !kl) fields.problems.push(`beta is ${beta} but there is no kl to weigh: give kl, or set beta to 0`);
  if (kl && !fields.has('beta')) fields.problems.push('kl has no beta to weigh it: give beta, 0 for no penalty, or leave kl out');
  const input: CreditInput = {
    mask, scores, values, kl, beta,
    gamma: fields.number('gamma', 0, 1),
    lam: fields.number('lam', 0, 1),
    mode: fields.choice('mode', creditModes),
    stepWeight: fields.has('stepWeight') ? fields.choice('stepWeight', stepWeights) : 'one',
    steps: fields.has('steps') ? fields.spans('steps') : undefined,
    bootstrap: fields.has('bootstrap') ? fields.number('bootstrap', -Infinity, Infinity) : 0,
  };
  if (fields.problems.length > 0) throw new CreditFileError(fields.problems);
  return input;
}

/** What the command prints for the content of a file (parsed JSON). Throws CreditFileError for content that it cannot take. */
export function creditCommand(content: unknown): CreditReport {
  const input = parseCreditFile(content);
  try {
    const { tokenRewards, advantages, returns } = assignCredit(input);
    return { tokenRewards: [...tokenRewards], advantages: [...advantages], returns: [...returns] };
  } catch (error) {
    if (error instanceof RangeError) throw new CreditFileError([error.message]);
    throw error;
  }
}
