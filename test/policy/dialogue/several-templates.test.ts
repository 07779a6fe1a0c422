// Models with a template for tools beside the one for all dialogues, as Hermes 2 Pro and 3 have: where the first cannot be used, the second is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialogueOf } from '../../../src/policy/dialogue/choose.ts';
import type { Dialogue } from '../../../src/policy/dialogue/dialogue.ts';

const json = { added_tokens: ['<|im_start|>', '<|im_end|>'].map((content, id) => ({ id, content, special: true })) };
const asked = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const forAll = `{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}${asked}`;
/** Lists the tools without asking for them, and ends a call with `<tool_call>` tags. @param last what is otherwise where an observation is the last message */
const forTools = (last: string): string => `{% for tool in tools %}{{ tool | tojson }}{% endfor %}{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.tool_calls %}{{ '<tool_call>' + (m.tool_calls[0].function | tojson) + '</tool_call>' }}{% else %}{{ m.content }}{% if m.role == 'tool' and loop.last %}${last}{% endif %}{% endif %}{{ '<|im_end|>\\n' }}{% endfor %}${asked}`;
const open = (chatTemplate: string, otherTemplate?: string): Dialogue => dialogueOf('chat-template', { json, endTokens: ['<|im_end|>'], chatTemplate, otherTemplate }, 'model');
const prompt = (dialogue: Dialogue): string => dialogue.prompt({ tools: [], query: 'Rain?' }).map((part) => (part.kind === 'text' ? part.text : part.token)).join('');

test('the one for tools is taken where it can be, with its own calls', () => {
  assert.match(prompt(open(forTools(''), forAll)), /"Finish"/);
});

test('where it writes earlier turns differently, dialogues are framed by the other, with turns as text', () => {
  const dialogue = open(forTools('!'), forAll);
  assert.equal(prompt(dialogue), prompt(open(forAll)));
  assert.match(prompt(dialogue), /^<\|im_start\|>system\nAnswer the question/);
});

test('where neither can be used, it is told what is wrong with the one for tools: not that a dialogue without tools has none', () => {
  for (const other of [undefined, '{{ raise_exception("no") }}', 'hello'])
    assert.throws(() => open(forTools('!'), other), /^Error: model: its chat template writes earlier turns differently when another is added/);
});
