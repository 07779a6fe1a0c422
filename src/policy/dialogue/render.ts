/**
 * A Jinja template made safe to render: templates come with models from anywhere. They can call nothing but what Jinja has, yet
 * loops within loops may run for years, and a text that is doubled often enough fills the memory. What they render depends on
 * nothing but the dialogue.
 */
import { createContext, Script } from 'node:vm';
import { Environment, Interpreter, Template } from '@huggingface/jinja';

export type Render = (variables: Readonly<Record<string, unknown>>) => string;

/** Rendering one dialogue takes milliseconds. */
const longestSeconds = 5;
/** A prompt with a hundred tools has some ten thousand characters. */
const mostCharacters = 2_000_000;
/** Templates count messages and tools. */
const longestRange = 10_000;

/** Jinja's `range`, bounded: the library would fill the memory before any time is up. */
function range(first: unknown, second?: unknown, third?: unknown): number[] {
  const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
  const [start, stop, step] = typeof second === 'number' ? [number(first, 0), second, number(third, 1)] : [0, number(first, 0), 1];
  if (step === 0) throw new Error('range() with a step of 0');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= longestRange)) throw new Error(`range() of ${length} numbers; at most ${longestRange} are counted`);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** The day that Llama 3's templates take where they know none: with today's, a run resumed tomorrow would have other prompts. */
const day: Readonly<Record<string, string>> = { '%': '%', d: '26', e: '26', m: '07', b: 'Jul', B: 'July', y: '24', Y: '2024', a: 'Fri', A: 'Friday', H: '00', M: '00', S: '00', F: '2024-07-26' };
const fixedDay = (format: unknown): string => String(format).replace(/%(.)/g, (directive, letter: string) => day[letter] ?? directive);

function refuse(message: unknown): never {
  throw new Error(String(message));
}

/** What templates find beside the variables of a rendering, as the library's own `render` has it but for the bounds and the day. */
const globals = { true: true, True: true, false: false, False: false, none: null, None: null, raise_exception: refuse, range, strftime_now: fixedDay };

/**
 * @returns renders with the variables given
 * @throws with what is wrong in the template; the renderer throws too where it takes too long or writes too much
 */
export function boundedTemplate(source: string): Render {
  const { parsed } = new Template(source);
  // only a script can be stopped while it computes: this one does nothing but call back
  const sandbox = { render: (): string => '' };
  const context = createContext(sandbox);
  const script = new Script('render()');
  return (variables) => {
    sandbox.render = () => {
      const environment = new Environment();
      for (const [name, value] of Object.entries({ ...globals, ...variables })) environment.set(name, value);
      return String(new Interpreter(environment).run(parsed).value);
    };
    const rendered = String(stopped(() => script.runInContext(context, { timeout: longestSeconds * 1000 })));
    if (rendered.length > mostCharacters) throw new Error(`it wrote ${rendered.length} characters; at most ${mostCharacters} are taken`);
    return rendered;
  };
}

function stopped(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new Error(`it was not rendered within ${longestSeconds} seconds; does it loop within loops?`);
    throw error;
  }
}
