// Tokenizers of real models give the ids that Hugging Face's `tokenizers` gives. `npm run test:llama-cpp` fetches them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { makeTokenizer } from '../../src/policy/dialogue/choose.ts';
import { instructions, react } from '../../src/policy/dialogue/formats.ts';
import { observationIds, turnIds } from '../../src/policy/format.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import type { Tool } from '../../src/world/tool.ts';
import { realTokenizers } from './real-tokenizers.ts';

for (const { name, texts, ids, sha256, path, files } of realTokenizers())
  test(`${name}: every text has the ids that tokenizers gives it`, { skip: files === undefined && 'SKIPPED: npm run test:llama-cpp fetches the tokenizer' }, () => {
    assert.equal(createHash('sha256').update(readFileSync(path!)).digest('hex'), sha256, 'this is not the file that the fixture was made with');
    const tokenizer = new Tokenizer(files!.json, name, { dialogue: react(files!.endTokens[0]) });
    for (const [i, text] of texts.entries()) {
      assert.deepEqual([...tokenizer.encode(text)], ids[i], JSON.stringify(text));
    }
  });

for (const { name, said, dialogue, files } of realTokenizers()) {
  if (!dialogue) continue;
  test(`${name}: a dialogue with tools has the ids that transformers makes of it in the model's own template`, { skip: files === undefined && 'SKIPPED: npm run test:llama-cpp fetches the tokenizer' }, () => {
    const tokenizer = makeTokenizer(files!, { dialogue: 'auto' }, name);
    assert.equal(tokenizer.dialogue.name, 'chat-template');
    const tools = said.tools.slice(0, -1).map(({ function: { name, description, parameters: { properties, required } } }): Tool => {
      const parameters = Object.entries(properties).map(([name, { type, description }]) => ({ name, type, description }));
      return { name, description, category: '', tool: '', api: '', required: parameters.filter((one) => required.includes(one.name)), optional: parameters.filter((one) => !required.includes(one.name)) };
    });
    const task = { tools, query: said.query };
    // the dialogue's own system text makes room for that of the fixture
    const own = ['Answer the question with the help of the tools, one call at a time. When done, call Finish.', instructions(task)];
    const opening = tokenizer.dialogue.prompt(task).map((part) => (part.kind === 'text' && own.includes(part.text) ? { ...part, text: said.system } : part));
    const prompt = tokenizer.prompt(opening);
    assert.deepEqual(prompt, dialogue.prompt);
    const turn = turnIds(tokenizer, dialogue.silent ? { ...said.turn, thought: '' } : said.turn);
    assert.deepEqual([...prompt, ...turn, ...observationIds(tokenizer, said.observation)], dialogue.after);
    // and what the model writes is read as the call that it is
    assert.deepEqual(tokenizer.dialogue.parse(tokenizer.decode(turn)).action, { kind: 'call', name: said.turn.action, args: said.turn.arguments.replaceAll(/([:,]) /g, tokenizer.dialogue.spoken ? '$1' : '$1 ') });
  });
}
