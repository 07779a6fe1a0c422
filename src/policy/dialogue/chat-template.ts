/**
 * A model's own chat template. The template never sees a query or an observation: it is rendered with marks in their
 * place, and the rendering is cut at the marks. Control tokens that the template writes are thus told apart from those
 * that a text spells.
 */
import { finishAction, giveAnswer, giveUp, type Json, type Tool } from '../../world/tool.ts';
import { control, text, type Dialogue, type Fragment, type Shown } from './dialogue.ts';
import { instructions } from './formats.ts';
import { parseTemplate, render as renderWithin } from './render.ts';
import { callTags, parseReact, parseTagged, reactText, taggedTurn } from './turn.ts';

const mark = (name: string): string => `\uE000${name}\uE001`; // private use: in no template
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

/**
 * @param controls the model's control tokens, that a rendering is cut at
 * @param ends those of `controls` that may end a turn; what templates call eos_token first
 * @param start what templates call bos_token
 * @throws naming the checkpoint, if the template cannot be read or does not render dialogues turn by turn
 */
export function chatTemplate(source: string, where: string, controls: readonly string[], ends: readonly string[], start?: string): Dialogue {
  if (source.length > longestTemplate) throw new Error(`${where}: its chat template has ${source.length} characters; at most ${longestTemplate} are read.`);
  const native = /\btools\b/.test(source) && source.includes('<tool_call>');
  const template = guard(where, () => parseTemplate(source));
  const render = (messages: readonly Message[], tools?: readonly Json[]): string =>
    guard(where, () => renderWithin(template, { messages: messages.map((message) => ({ ...message })), add_generation_prompt: true, bos_token: start ?? '', eos_token: ends[0] ?? '', ...(tools ? { tools: [...tools] } : {}) }));
  const opening: Message[] = [{ role: 'system', content: systemMark }, { role: 'user', content: queryMark }];
  const before = render(opening);
  const after = render([...opening, { role: 'assistant', content: turnMark }, { role: native ? 'tool' : 'user', content: observationMark }]);
  const turnAt = after.indexOf(turnMark);
  if (!before.includes(queryMark) || !before.includes(systemMark)) throw new Error(`${where}: its chat template leaves out the system text or the query. Choose another policy.dialogue.`);
  if (turnAt < 0 || !after.includes(observationMark)) throw new Error(`${where}: its chat template leaves out a turn or an observation. Choose another policy.dialogue.`);
  // the prefix of tokens must not change when a turn is added
  if (!after.startsWith(before.trimEnd()) || after.slice(before.trimEnd().length, turnAt).trim() !== '')
    throw new Error(`${where}: its chat template writes earlier turns differently when another is added, so tokens could not be appended. Choose another policy.dialogue.`);
  const rest = after.slice(turnAt + turnMark.length);
  const end = ends.find((token) => rest.startsWith(token));
  if (end === undefined) throw new Error(`${where}: its chat template does not end a turn with ${ends.join(' or ') || 'an end token, of which there is none'}. Choose another policy.dialogue.`);
  const between = rest.slice(end.length);

  const fragments = (rendered: string, marks: Readonly<Record<string, string>>): Fragment[] => {
    const pattern = new RegExp([...Object.keys(marks), ...[...controls].sort((a, b) => b.length - a.length)].filter((token) => token !== '').map(escaped).join('|'), 'g');
    const result: Fragment[] = [];
    let at = 0;
    const say = (words: string): void => { if (words !== '') result.push(text(words)); };
    for (const { 0: found, index } of rendered.matchAll(pattern)) {
      say(rendered.slice(at, index));
      if (Object.hasOwn(marks, found)) say(marks[found]);
      else result.push(control(found));
      at = index + found.length;
    }
    say(rendered.slice(at));
    return result;
  };

  return {
    name: 'chat-template',
    end,
    prompt: (task: Shown) => {
      const plain = 'Answer the question with the help of the tools, one call at a time. When done, call Finish.';
      const marks: Record<string, string> = { [systemMark]: native ? plain : instructions(task), [queryMark]: task.query };
      const shown = (words: string): string => {
        const standIn = mark(`tool ${Object.keys(marks).length}`);
        marks[standIn] = JSON.stringify(words).slice(1, -1); // templates write tools as JSON
        return standIn;
      };
      const rendered = native ? render(opening, [...task.tools, finish].map((tool) => described(tool, shown))) : before;
      return fragments(rendered, marks);
    },
    observation: (observation) => fragments(between, { [observationMark]: observation }),
    write: (turn) => (native ? taggedTurn(turn, controls) : [text(reactText(turn))]),
    ...(native ? { spoken: callTags } : {}),
    parse: native ? parseTagged : parseReact,
  };
}

const escaped = (token: string): string => token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function guard<T>(where: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Error(`${where}: its chat template could not be used (${(error as Error).message}). Choose another policy.dialogue.`);
  }
}
