// Templates that put whitespace about what a turn says: Llama 2, Mistral 0.2, OpenChat, Vicuna and DeepSeek Coder do. It is part of the turn.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainBpe } from '../../../src/policy/bpe.ts';
import { chatTemplate } from '../../../src/policy/dialogue/chat-template.ts';
import type { Dialogue, Fragment } from '../../../src/policy/dialogue/dialogue.ts';
import { parseTemplate, render } from '../../../src/policy/dialogue/render.ts';
import { reactText } from '../../../src/policy/dialogue/turn.ts';
import { observationIds, promptIds, turnIds } from '../../../src/policy/format.ts';
import { Tokenizer } from '../../../src/policy/tokenizer.ts';

const controls = ['<s>', '</s>'];
const task = { tools: [], query: 'Rain in Oslo?' };
const turn = { thought: 'I look.', action: 'weather', arguments: '{"city": "Oslo"}' };
const shown = (fragments: readonly Fragment[]): string => fragments.map((part) => (part.kind === 'control' ? part.token : part.text)).join('');

/** A template of users' and assistants' messages alone. */
const template = (user: string, assistant: string, asked = ''): string =>
  `{% for m in messages %}{% if m.role == 'user' %}{{ ${user} }}{% elif m.role == 'assistant' %}{{ ${assistant} }}{% else %}{{ raise_exception('no system') }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '${asked}' }}{% endif %}`;

const templates: Readonly<Record<string, readonly [source: string, lead: string, tail: string]>> = {
  'Llama 2': [template("bos_token + '[INST] ' + m.content.strip() + ' [/INST]'", "' ' + m.content.strip() + ' ' + eos_token"), ' ', ' '],
  'Mistral 0.2': [template("'[INST] ' + m.content + ' [/INST]'", "' ' + m.content + eos_token"), ' ', ''],
  OpenChat: [template("'Correct User: ' + m.content + '</s>'", "'Correct Assistant: ' + m.content + '</s>'", 'Correct Assistant:'), ' ', ''],
  'DeepSeek Coder': [template("'### Instruction:\\n' + m.content + '\\n'", "'### Response:\\n' + m.content + '\\n' + eos_token + '\\n'", '### Response:\\n'), '', '\n'],
  'Mistral 0.1, with none': [template("'[INST] ' + m.content + ' [/INST]'", 'm.content + eos_token'), '', ''],
};

for (const [name, [source, lead, tail]] of Object.entries(templates)) {
  const dialogue = chatTemplate(source, name, controls, ['</s>'], '<s>');

  test(`${name}: a dialogue of written turns is what the template makes of the same messages`, () => {
    assert.equal(shown(dialogue.write(turn)), `${lead}${reactText(turn)}${tail}`);
    const prompt = shown(dialogue.prompt(task));
    const mine = `${prompt}${shown(dialogue.write(turn))}</s>${shown(dialogue.observation('wet'))}`;
    const user = { role: 'user', content: /(?:INST\] |User: |Instruction:\n)([^]*?)(?: \[\/INST\]|<\/s>|\n### Response)/.exec(prompt)![1] };
    const messages = [user, { role: 'assistant', content: reactText(turn) }, { role: 'user', content: 'wet' }];
    assert.equal(mine, render(parseTemplate(source), { messages, add_generation_prompt: true, bos_token: '<s>', eos_token: '</s>' }));
  });

  test(`${name}: what it writes is read back, and a turn is ids behind the prompt's`, () => {
    const read = dialogue.parse(shown(dialogue.write(turn)));
    assert.deepEqual([read.thought, read.name, read.input], [turn.thought, turn.action, turn.arguments]);
    const json = trainBpe(['Rain in Oslo? Action: weather'], 300) as { added_tokens: object[] };
    const tokenizer = new Tokenizer({ ...json, added_tokens: [...json.added_tokens, ...controls.map((content, i) => ({ id: 300 + i, content, special: true }))] }, name, { dialogue });
    const ids = turnIds(tokenizer, turn);
    assert.equal(tokenizer.decode(ids), `${lead}${reactText(turn)}${tail}`);
    assert.deepEqual([ids.at(-1), ids.indexOf(301)], [301, ids.length - 1]);
    const all = [...promptIds(tokenizer, task), ...ids, ...observationIds(tokenizer, 'wet')];
    assert.equal(tokenizer.spell(all), `${shown(dialogue.prompt(task))}${shown(dialogue.write(turn))}</s>${shown(dialogue.observation('wet'))}`);
  });
}

test('a template that puts more than whitespace about a turn still rewrites it, and says so', () => {
  const using = (assistant: string) => (): Dialogue => chatTemplate(template("'U: ' + m.content + '\\n'", assistant, 'A:'), 'model', controls, ['</s>']);
  assert.throws(using("'A: <think></think>\\n' + m.content + '</s>'"), /writes earlier turns differently when another is added/);
  assert.throws(using("'A: ' + m.content + ' (over) </s>'"), /does not end a turn with <\/s>/);
  assert.throws(using("'A: ' + '</s>'"), /leaves out a turn or an observation/);
});

test('calls in tags have the whitespace of the turn about them, too', () => {
  const source = `{% if tools %}{{ tools | tojson }}<tool_call>{% endif %}${template("'U: ' + m.content + '\\n'", "'A: ' + m.content + '\\n</s>'", 'A:').replace("{{ raise_exception('no system') }}", "{{ 'T: ' + m.content + '\\n' }}")}`;
  const dialogue = chatTemplate(source, 'model', controls, ['</s>']);
  const written = shown(dialogue.write({ ...turn, thought: '' }));
  assert.equal(written, ' <tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>\n');
  assert.equal(dialogue.parse(written).name, 'weather');
});
