/**
 * A model's own chat template. The template never sees a query or an observation: it is rendered with marks in their
 * place, and the rendering is cut at the marks.
 */
import { finishAction, giveAnswer, giveUp, type Json, type Tool } from '../../world/tool.ts';
import { exampleCall, exampleResult, findCallForm, parseCall, spokenWith, taggedForm, writeCall, type CallForm } from './call-form.ts';
import { text, type Dialogue, type Fragment, type Shown } from './dialogue.ts';
import { strftimeFixed } from './fixed-date.ts';
import { instructions } from './formats.ts';
import { cut, insideQuotes, mark } from './marks.ts';
import { parseTemplate, render as renderWithin } from './render.ts';
import { parseReact, reactText } from './turn.ts';

const [systemMark, queryMark, turnMark, observationMark] = ['system', 'query', 'turn', 'observation'].map(mark);
/** Templates longer than this are refused: published ones have some thousand characters. */
const longestTemplate = 200_000;

interface Message {
  readonly role: string;
  readonly content: string;
}

/**
 * A tool as templates take it: OpenAI's form, with a JSON Schema of its arguments.
 * @param shown stands for a text of the tool's, which may be anybody's
 */
function described({ name, description, required, optional }: Pick<Tool, 'name' | 'description' | 'required' | 'optional'>, shown: (text: string) => string): Json {
  const properties = Object.fromEntries([...required, ...optional].map((parameter) => [shown(parameter.name), { type: parameter.type, description: shown(parameter.description) }]));
  return { type: 'function', function: { name: shown(name), description: shown(description), parameters: { type: 'object', properties, required: required.map((parameter) => shown(parameter.name)) } } };
}

const finish: Pick<Tool, 'name' | 'description' | 'required' | 'optional'> = {
  name: finishAction, description: 'Ends the task.',
  required: [{ name: 'return_type', type: 'string', description: `${giveAnswer}, or ${giveUp} if it cannot be done` }],
  optional: [{ name: 'final_answer', type: 'string', description: 'The answer.' }],
};
const plain = 'Answer the question with the help of the tools, one call at a time. When done, call Finish.';

type Render = (messages: readonly Message[], tools?: readonly Json[]) => string;

/** How a template frames a dialogue. */
interface Frame {
  readonly opening: readonly Message[];
  /** How it writes calls; undefined where turns are plain text. */
  readonly form?: CallForm;
  /** Whitespace that it puts before a turn's text, and behind it: a part of the turn, which the model writes itself. */
  readonly around?: readonly [lead: string, tail: string];
  readonly end: string;
  /** From the end of a turn up to where the next begins. */
  readonly between: string;
}

const openings: readonly (readonly Message[])[] = [
  [{ role: 'system', content: systemMark }, { role: 'user', content: queryMark }],
  [{ role: 'user', content: `${systemMark}\n\n${queryMark}` }], // for those that know no system, or move its text about
];

/**
 * @param said a turn, and what came of it
 * @throws if the template does not render such dialogues turn by turn
 */
function frameOf(render: Render, opening: readonly Message[], said: readonly [Message, Message], ends: readonly string[], tools?: readonly Json[]): Frame & { readonly turn: string } {
  const before = render(opening, tools);
  const after = render([...opening, ...said], tools);
  if (!before.includes(queryMark) || !before.includes(systemMark)) throw new Error('leaves out the system text or the query');
  if (!after.includes(observationMark)) throw new Error('leaves out a turn or an observation');
  // the prefix of tokens must not change when a turn is added, nor when one more is
  const rewritten = new Error('writes earlier turns differently when another is added, so tokens could not be appended');
  const kept = before.trimEnd();
  if (!after.startsWith(kept) || !render([...opening, ...said, ...said], tools).startsWith(after.trimEnd())) throw rewritten;
  const rest = after.slice(kept.length);
  const stops = ends.map((token) => ({ token, at: rest.indexOf(token) })).filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at || b.token.length - a.token.length);
  const [end] = stops;
  if (end === undefined || end.at > rest.indexOf(observationMark)) throw new Error(`does not end a turn with ${ends.join(' or ') || 'an end token, of which there is none'}`);
  const gap = before.slice(kept.length);
  const turn = rest.slice(0, end.at);
  return { opening, end: end.token, between: rest.slice(end.at + end.token.length), turn: turn.startsWith(gap) ? turn.slice(gap.length) : turn.trimStart() };
}

/** A frame with the template's own calls. @throws if it has none */
function nativeFrame(render: Render, opening: readonly Message[], ends: readonly string[]): Frame {
  const frame = frameOf(render, opening, [exampleCall, exampleResult(observationMark)], ends, [described(finish, (words) => words)]);
  const form = findCallForm(frame.turn);
  if (!form) throw new Error('writes no calls');
  return { ...frame, form };
}

/** A frame of plain turns; those of templates that are given tools and leave calls to whoever writes turns have calls in tags. */
function plainFrame(render: Render, opening: readonly Message[], ends: readonly string[], tagged: boolean): Frame {
  const frame = frameOf(render, opening, [{ role: 'assistant', content: turnMark }, { role: tagged ? 'tool' : 'user', content: observationMark }], ends);
  const said = frame.turn.trim();
  if (!said.includes(turnMark)) throw new Error('leaves out a turn or an observation');
  if (said !== turnMark) throw new Error(said.endsWith(turnMark) ? 'writes earlier turns differently when another is added, so tokens could not be appended' : `does not end a turn with ${ends.join(' or ')}`);
  if (tagged) render(opening, [described(finish, (words) => words)]); // prompts have tools
  const [lead, tail] = frame.turn.split(turnMark);
  return { ...frame, around: [lead, tail], ...(tagged ? { form: taggedForm } : {}) };
}

/**
 * @param controls the model's control tokens, that a rendering is cut at
 * @param ends those of `controls` that may end a turn; what templates call eos_token first
 * @param start what templates call bos_token
 * @param cure what to do where it cannot be used; a sentence
 * @throws naming the checkpoint, if the template cannot be read or does not render dialogues turn by turn
 */
export function chatTemplate(source: string, where: string, controls: readonly string[], ends: readonly string[], start?: string, cure = 'Choose another policy.dialogue.'): Dialogue {
  if (source.length > longestTemplate) throw new Error(`${where}: its chat template has ${source.length} characters; at most ${longestTemplate} are read.`);
  const template = guard(where, cure, () => parseTemplate(source));
  const rendering = (clock: object): Render => (messages, tools) =>
    guard(where, cure, () => renderWithin(template, { ...clock, messages: messages.map((message) => ({ ...message })), add_generation_prompt: true, bos_token: start ?? '', eos_token: ends[0] ?? '', ...(tools ? { tools: [...tools] } : {}) }));
  const takesTools = /\btools\b/.test(source);
  const framed = (render: Render): Frame & { readonly render: Render } => {
    const tries = [
      ...(takesTools ? openings.map((opening) => () => nativeFrame(render, opening, ends)) : []),
      ...openings.map((opening) => () => plainFrame(render, opening, ends, takesTools && source.includes('<tool_call>'))),
    ];
    return { render, ...firstOf(tries, where, cure) };
  };
  const { render, opening, form, around: [lead, tail] = ['', ''], end, between } = withoutClock(source, (clock) => framed(rendering(clock)));
  const quotes = between.includes(`"${observationMark}"`); // as Llama 3's, which writes it as JSON
  return {
    name: 'chat-template',
    end,
    beginsItself: true,
    prompt: (task: Shown) => {
      const marks: Record<string, string> = { [systemMark]: form ? plain : instructions(task), [queryMark]: task.query };
      const shown = (words: string): string => {
        const standIn = mark(`tool ${Object.keys(marks).length}`);
        marks[standIn] = insideQuotes(words); // templates write tools as JSON
        return standIn;
      };
      return cut(render(opening, form && [...task.tools, finish].map((tool) => described(tool, shown))), marks, controls);
    },
    observation: (observation) => cut(between, { [observationMark]: quotes ? insideQuotes(observation) : observation }, controls),
    write: (turn) => [...blank(lead), ...(form ? writeCall(form, turn, controls) : [text(reactText(turn))]), ...blank(tail)],
    ...(form ? { spoken: spokenWith(form, controls) } : {}),
    parse: form ? (turn) => parseCall(form, turn) : parseReact,
  };
}

/**
 * Without a clock if that goes, and with calls of the template's own if these go: some ask for the date, without asking whether it is
 * there, where tools are alone.
 */
function withoutClock<T extends { readonly form?: unknown }>(source: string, action: (clock: object) => T): T {
  const [without, within] = [{}, { strftime_now: strftimeFixed }].map((clock) => () => action(clock));
  if (!source.includes('strftime_now')) return without();
  const plain = attempt(without);
  if ('value' in plain && plain.value.form !== undefined) return plain.value;
  const dated = attempt(within);
  if ('value' in dated && ('error' in plain || dated.value.form !== undefined)) return dated.value;
  if ('value' in plain) return plain.value;
  throw (dated as { readonly error: unknown }).error;
}

function attempt<T>(action: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: action() };
  } catch (error) {
    return { error };
  }
}

const blank = (whitespace: string): Fragment[] => (whitespace === '' ? [] : [text(whitespace)]);

/**
 * The first that works.
 * @throws what is wrong with a plain dialogue, if none does; where none could be rendered, as without the tools that some templates
 *   insist on, what is wrong with one that could
 */
function firstOf(tries: readonly (() => Frame)[], where: string, cure: string): Frame {
  const errors: unknown[] = [];
  for (const attempt of tries) {
    try {
      return attempt();
    } catch (error) {
      errors.push(error);
    }
  }
  const messages = errors.map((error) => (error as Error).message);
  const plainFirst = [...messages.slice(-openings.length), ...messages.slice(0, -openings.length)];
  const found = plainFirst.find((message) => !message.startsWith(where));
  throw new Error(found === undefined ? plainFirst[0] : `${where}: its chat template ${found}. ${cure}`);
}

function guard<T>(where: string, cure: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Error(`${where}: its chat template could not be used (${(error as Error).message}). ${cure}`);
  }
}
