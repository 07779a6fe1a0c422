/**
 * How a model writes a call, as its chat template says it: a JSON object with the tool's name and its arguments, in a frame. Qwen and
 * Hermes have `<tool_call>` and `</tool_call>` about it, Mistral `[TOOL_CALLS][` and `]`, Llama 3 nothing.
 */
import type { Fragment, Turn } from './dialogue.ts';
import { cut, escaped, insideQuotes, mark } from './marks.ts';
import { parseReact, unreadable, type ParsedTurn } from './turn.ts';

export interface CallForm {
  /** As it is written, with marks where the name and the arguments stand. */
  readonly written: string;
  readonly before: string;
  readonly after: string;
  /** Fields of the object. */
  readonly nameField: string;
  readonly argumentsField: string;
}

const [nameMark, argumentsMark, keyMark, valueMark] = ['name', 'arguments', 'key', 'value'].map(mark);
/** Mistral's templates want nine letters and digits. They are the same for each call: there is one a turn. */
const id = 'call00001';

/** Messages that a template is shown to learn its form: a call, and what came of it. */
export const exampleCall = { role: 'assistant', content: '', tool_calls: [{ id, type: 'function', function: { name: nameMark, arguments: { [keyMark]: valueMark } } }] } as const;
export const exampleResult = (content: string) => ({ role: 'tool', tool_call_id: id, content }) as const;

export const taggedForm: CallForm = {
  written: `<tool_call>\n{"name": "${nameMark}", "arguments": ${argumentsMark}}\n</tool_call>`,
  before: '<tool_call>', after: '</tool_call>', nameField: 'name', argumentsField: 'arguments',
};

/**
 * @param rendered the example call as a template wrote it, without the token that ends the turn
 * @returns undefined if it is no JSON object with name and arguments side by side
 */
export function findCallForm(rendered: string): CallForm | undefined {
  const at = rendered.indexOf(nameMark);
  for (let start = rendered.lastIndexOf('{', at); start >= 0 && at >= 0; start = rendered.lastIndexOf('{', start - 1)) {
    for (let end = rendered.indexOf('}', at); end >= 0; end = rendered.indexOf('}', end + 1)) {
      const call = asObject(rendered.slice(start, end + 1));
      const field = (is: (value: unknown) => boolean): string | undefined => Object.entries(call ?? {}).find(([, value]) => is(value))?.[0];
      const nameField = field((value) => value === nameMark);
      const argumentsField = field((value) => typeof value === 'object' && value !== null && (value as Record<string, unknown>)[keyMark] === valueMark);
      if (nameField === undefined || argumentsField === undefined) continue;
      const written = rendered.replace(new RegExp(`\\{\\s*"${keyMark}"\\s*:\\s*"${valueMark}"\\s*\\}`), argumentsMark);
      if (written.includes(argumentsMark)) return { written, before: rendered.slice(0, start).trim(), after: rendered.slice(end + 1).trim(), nameField, argumentsField };
    }
    if (start === 0) break;
  }
  return undefined;
}

/** Control tokens that frame a call, and the one that Llama may put before it. */
export const spokenWith = ({ before, after }: CallForm, controls: readonly string[]): readonly string[] =>
  controls.filter((token) => before.includes(token) || after.includes(token) || (before === '' && token === pythonTag));
const pythonTag = '<|python_tag|>';

/** A turn with its call. What frames the call is the model's own tokens where it has them; what the turn says is text. */
export const writeCall = ({ written }: CallForm, { thought, action, arguments: input }: Turn, controls: readonly string[]): Fragment[] =>
  cut(`${thought === '' ? '' : mark('thought')}${written}`, { [mark('thought')]: `${thought}\n`, [nameMark]: insideQuotes(action), [argumentsMark]: input }, controls);

/** Reads a call in its form, else one in ReAct lines. One call a turn: text behind it makes the turn unreadable. */
export function parseCall(form: CallForm, text: string): ParsedTurn {
  const lines = parseReact(text);
  if (form.before === '') {
    if (lines.action.kind === 'call') return lines; // whose input is JSON, too
    // without a frame any brace may begin it, unless a call stands before it
    const said = text.trimEnd(); // once, not at each brace
    for (let [at, tries] = [said.indexOf('{'), 0]; at >= 0 && tries < mostBraces; at = said.indexOf('{', at + 1), tries++) {
      const read = parseObject(form, said, at, at);
      if (read.action.kind !== 'call') continue;
      const thought = read.thought.endsWith(pythonTag) ? read.thought.slice(0, -pythonTag.length).trim() : read.thought;
      return thought.includes(`"${form.nameField}"`) ? unreadable(text) : { ...read, thought };
    }
    return unreadable(text);
  }
  const found = new RegExp(form.before.split(/\s+/).map(escaped).join('\\s*')).exec(text);
  return found ? parseObject(form, text, found.index, found.index + found[0].length) : lines;
}

/** Braces that a call without a frame is looked for at. Each may be followed by all of a hostile text; prose before a call has few. */
const mostBraces = 100;

/** Reads what stands behind the opening that was found. @param from where that begins; @param to where it ends */
function parseObject(form: CallForm, text: string, from: number, to: number): ParsedTurn {
  const rest = text.slice(to).trim();
  const call = rest.endsWith(form.after) ? asObject(rest.slice(0, rest.length - form.after.length)) : undefined;
  const name = call?.[form.nameField];
  if (!call || typeof name !== 'string' || name === '') return unreadable(text);
  // models mix up what each other's templates call it
  const given = call[form.argumentsField] ?? call['arguments'] ?? call['parameters'] ?? {};
  const input = typeof given === 'string' ? given : JSON.stringify(given);
  return { thought: text.slice(0, from).trim(), name, input, action: { kind: 'call', name, args: input } };
}

function asObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
