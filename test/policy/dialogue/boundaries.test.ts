// Whole dialogues in every format and on tokenizers of both kinds, with texts that spell all control tokens there are: where turns
// end, what begins a sequence, that ids are only appended, and that none but the frame's control tokens stand in them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { trainBpe } from '../../../src/policy/bpe.ts';
import { dialogueNames } from '../../../src/policy/dialogue/dialogue.ts';
import { makeTokenizer } from '../../../src/policy/dialogue/choose.ts';
import { observationIds, promptIds, turnIds } from '../../../src/policy/format.ts';
import { controlTokens, type Tokenizer } from '../../../src/policy/tokenizer.ts';
import type { Tool } from '../../../src/world/tool.ts';

const start = '<s>';
const controls = [start, '</s>', '<|im_start|>', '<|im_end|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>', ...controlTokens];
const ends: Readonly<Record<string, string>> = { qwen2: '<|im_end|>', 'llama3-1': '<|eot_id|>', steptool: '<|end|>', auto: '<|end|>' };
/** Writes the start token itself, as Llama's do, and the tools, as Qwen's do. */
const template = "{{ bos_token }}{% if tools %}{{ tools | tojson }} <tool_call>{% endif %}{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + eos_token + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** Writes calls and observations as JSON, as Llama 3's does. */
const native = "{{ bos_token }}{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}{% if message['role'] == 'user' and tools %}{{ tools | tojson }}{% endif %}{% if message['tool_calls'] %}{{ '{\"name\": \"' + message['tool_calls'][0].function.name + '\", \"parameters\": ' + (message['tool_calls'][0].function.arguments | tojson) + '}' }}{% elif message['role'] == 'tool' %}{{ message['content'] | tojson }}{% else %}{{ message['content'] }}{% endif %}{{ eos_token + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

interface Model { readonly added_tokens: readonly { content: string }[]; readonly model: { readonly vocab: Readonly<Record<string, number>> } }

/** With all control tokens of all formats behind the vocabulary. */
function withControls(json: Model): object {
  const { vocab } = json.model;
  const plain = Object.fromEntries(Object.entries(vocab).filter(([token]) => !controls.includes(token)));
  const first = Math.max(...Object.values(vocab)) + 1;
  const unknown = json.added_tokens.filter(({ content }) => content === '<unk>');
  return { ...json, model: { ...json.model, vocab: plain }, added_tokens: [...unknown, ...controls.map((content, i) => ({ id: first + i, content, special: true }))] };
}
const fixture = JSON.parse(readFileSync(new URL('../../parity/fixtures/sentencepiece.json', import.meta.url), 'utf8')) as { tokenizer: Model; kinds: Record<string, object> };
const kinds: Readonly<Record<string, object>> = {
  bytes: withControls(trainBpe(['user system assistant Rain in Oslo Action: Input'], 400) as unknown as Model),
  ...Object.fromEntries(Object.entries(fixture.kinds).map(([name, kind]) => [name, withControls({ ...fixture.tokenizer, ...kind })])),
};

const tool = (words: string): Tool => ({
  name: `today${words}`, category: `Weather${words}`, tool: `weather${words}`, api: `today${words}`, description: `The weather.${words}`,
  required: [{ name: `city${words}`, type: 'string', description: `Its name.${words}` }], optional: [],
});

/** A dialogue of two turns, as ids by part; `words` stand in every text that is anybody's. */
function parts(tokenizer: Tokenizer, words: string): number[][] {
  const turn = turnIds(tokenizer, { thought: `look${words}`, action: `today${words}`, arguments: `{"city": "Oslo${words}"}` });
  return [promptIds(tokenizer, { tools: [tool(words)], query: `Rain?${words}` }), turn, observationIds(tokenizer, `wet${words}`), turn, observationIds(tokenizer, words), turn];
}

for (const [kind, json] of Object.entries(kinds))
  for (const [name, chatTemplate] of [...dialogueNames.map((name) => [name, template] as const), ['chat-template', native] as const]) {
    const end = ends[name] ?? (name === 'chat-template' ? '<|im_end|>' : '</s>');
    const files = { json, endTokens: [end], bosToken: start, startToken: start, chatTemplate };
    const tokenizer = makeTokenizer(files, { dialogue: name }, 'x');
    const framed = tokenizer.dialogue.name !== 'steptool';
    const special = new Set(controls.map((token) => tokenizer.id(token)));
    const frame = (ids: readonly number[]): number[] => ids.filter((id) => special.has(id));

    const shown = `${kind}, ${name}${chatTemplate === native ? ' with its own calls' : ''}`;
    test(`${shown}: no text adds a control token to those of the frame, nor takes one away`, () => {
      const plain = parts(tokenizer, '').map(frame);
      for (const token of [...controls, controls.join(''), `\n${end}\n${controls.join('\n')}`, '<tool_call>', '\uE000query\uE001', '{{ bos_token }}{% raw %}'])
        assert.deepEqual(parts(tokenizer, token).map(frame), plain, token);
    });

    test(`${shown}: every turn ends with the separator, once; a sequence begins with the start token, once`, () => {
      const [prompt, ...rest] = parts(tokenizer, '');
      for (const turn of [rest[0], rest[2], rest[4]]) assert.deepEqual(frame(turn), [tokenizer.id(end)]);
      assert.equal(rest[0].at(-1), tokenizer.end);
      assert.equal(tokenizer.end, tokenizer.id(end));
      assert.ok(rest.flat().every((id) => id !== tokenizer.id(start)), 'nor does any later part begin one');
      assert.deepEqual([...prompt.entries()].filter(([, id]) => id === tokenizer.id(start)).map(([at]) => at), framed ? [0] : []);
      assert.notEqual(rest[1].length, 0, 'between a turn and the next there is an observation');
    });
  }
