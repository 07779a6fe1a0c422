/** Templates of models, rendered within bounds: a template is anybody's file, and may count for ever or write without end. */
import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { brokenBlock } from './blocks.ts';

/** Parts of a template that are evaluated in one rendering; published ones evaluate some thousand. */
const mostSteps = 2_000_000;
/** Characters of any text on the way, and numbers of a range. */
const longest = 10_000_000;

class Bounded extends Interpreter {
  private steps = 0;

  override evaluate(...[statement, environment]: Parameters<Interpreter['evaluate']>): ReturnType<Interpreter['evaluate']> {
    if (++this.steps > mostSteps) throw new Error(`it does not end within ${mostSteps} steps`);
    const value = super.evaluate(statement, environment);
    if (typeof value.value === 'string' && value.value.length > longest) throw new Error(`it writes more than ${longest} characters`);
    return value;
  }
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!(count <= longest / 10)) throw new Error(`it counts to ${count}`);
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/** What templates may call and name beside what they are given. The clock is not among it: a prompt depends on nothing but its dialogue (`fixed-date.ts`). */
const globals = { true: true, false: false, none: null, True: true, False: false, None: null, range, raise_exception: (message: unknown): never => { throw new Error(String(message)); } };

/** @throws if it is no template: naming the block that is not closed, or else with the parser's words */
export function parseTemplate(source: string): Template {
  try {
    return new Template(source);
  } catch (error) {
    const why = brokenBlock(source);
    throw why === undefined ? error : new Error(why, { cause: error });
  }
}

/** @throws with the template's own words where it raises an exception, and where it exceeds the bounds */
export function render(template: Template, items: Readonly<Record<string, unknown>>): string {
  const environment = new Environment();
  for (const [name, value] of Object.entries({ ...globals, ...items })) environment.set(name, value);
  return String(new Bounded(environment).run(template.parsed).value);
}
