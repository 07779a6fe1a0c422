// Tokenizers of SentencePiece's kind in tokenizer.json, as test/parity-python/pieces.py recorded what `tokenizers` makes of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { control, text, type Fragment } from '../../src/policy/dialogue/dialogue.ts';
import { chatTemplate } from '../../src/policy/dialogue/chat-template.ts';
import { react, toolLlama } from '../../src/policy/dialogue/formats.ts';
import { observationIds, turnIds } from '../../src/policy/format.ts';
import { encode } from '../../src/rollout/recorded/encode.ts';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';

type Part = string | [control: string];
interface Fixture {
  readonly tokenizer: object;
  readonly texts: readonly string[];
  readonly dialogues: readonly (readonly Part[])[];
  readonly kinds: Readonly<Record<string, { normalizer: object | null; pre_tokenizer: object | null; decoder: object; ids: number[][]; dialogueIds: number[][] }>>;
}
const { tokenizer: base, texts, dialogues, kinds } = JSON.parse(readFileSync(new URL('./fixtures/sentencepiece.json', import.meta.url), 'utf8')) as Fixture;

const fragment = (part: Part): Fragment => (typeof part === 'string' ? text(part) : control(part[0]));

/** Headings that are text, as TinyLlama's are. */
const headed = "{% for m in messages %}{{ '<|' + m.role + '|>\\n' + m.content + eos_token + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}";

for (const [name, { ids, dialogueIds, ...kind }] of Object.entries(kinds)) {
  const tokenizer = new Tokenizer({ ...base, ...kind }, name, { dialogue: react('</s>'), startToken: '<s>' });

  test(`${name}: texts have the ids that tokenizers gives them, bytes without a token included`, () => {
    for (const [i, words] of texts.entries()) assert.deepEqual([...tokenizer.encode(words)], ids[i], JSON.stringify(words));
  });

  test(`${name}: a dialogue in fragments has the ids of the whole: a space before its texts where the file puts one, none inside`, () => {
    const start = tokenizer.id('<s>');
    for (const [i, parts] of dialogues.entries()) {
      const expected = dialogueIds[i][0] === start ? dialogueIds[i] : [start, ...dialogueIds[i]];
      assert.deepEqual(tokenizer.prompt(parts.map(fragment)), expected, JSON.stringify(parts));
    }
  });

  test(`${name}: what goes on from text is encoded as in the whole, without a space of its own`, () => {
    let compared = 0;
    for (const [i, words] of texts.entries())
      for (const more of [`Action: ${texts[(i + 1) % texts.length]}`, ` ${words}`, '\n']) {
        const [before, whole] = [tokenizer.prompt([text(words)]), tokenizer.prompt([text(words + more)])];
        const behind = tokenizer.ids([text(more), control('</s>')], text(words));
        // where a token of the whole spans both, ids that are only appended cannot be the same
        if (before.some((id, t) => id !== whole[t])) continue;
        assert.deepEqual([...before, ...behind.slice(0, -1)], whole, JSON.stringify([words, more]));
        compared++;
      }
    assert.ok(compared > 100, `${compared}`);
  });

  test(`${name}: turns follow the text that frames them without a space between, observations the token that ends a turn`, () => {
    const turn = { thought: 'look', action: 'search', arguments: '{}' };
    for (const [dialogue, first] of [[toolLlama('</s>'), 'Action'], [react('</s>'), 'Thought'], [chatTemplate(headed, name, ['<s>', '</s>'], ['</s>']), 'Thought']] as const) {
      const framed = new Tokenizer({ ...base, ...kind }, name, { dialogue });
      const whole = framed.ids([...dialogue.observation('wet'), ...dialogue.write(turn), control('</s>')], control('</s>'));
      assert.equal(framed.decode(turnIds(framed, turn)).indexOf(first), 0, dialogue.name);
      assert.equal(framed.spell([...observationIds(framed, 'wet'), ...turnIds(framed, turn)]), framed.spell(whole), dialogue.name);
    }
  });

  test(`${name}: recorded turns go on from the text before them, too`, () => {
    const framed = [
      { before: [text('User:\nRain?\nAssistant:\n')], turn: { body: 'Action: a', end: '</s>', after: '\n' } },
      { before: [text('Function:\nwet\nAssistant:\n')], turn: { body: 'Action: b', end: '</s>', after: '' } },
    ];
    const step = { thought: '', action: 'a', arguments: '', observation: '', toolOutcome: 'answered' } as const;
    const recording = { id: '', task: { ...createAtlas().task('train', 0), tools: [] }, sample: 0, seed: 0, outcome: 'answered', solved: true, steps: [step, step], framed } as const;
    const { ids, steps } = encode(recording, tokenizer, { encoding: 'dialogue', truncation: 'steps' }, { maxTokens: 4096, maxTokensPerTurn: 99 });
    assert.deepEqual(steps.map(({ tokens: { start, end } }) => tokenizer.spell(ids.slice(start, end))), ['Action: a</s>', 'Action: b</s>']);
  });

  test(`${name}: what texts spell is no control token, and reads as itself`, () => {
    for (const words of texts) {
      const encoded = tokenizer.encode(words);
      assert.ok(encoded.every((id) => id !== tokenizer.id('<s>') && id !== tokenizer.id('</s>') && id !== tokenizer.id('[INST]')), words);
      // U+2581 is how these tokenizers write a space, here as in the original
      const read = words.replaceAll('\u2581', ' ');
      assert.ok([read, ` ${read}`].includes(tokenizer.decode(encoded)), JSON.stringify(words));
    }
  });
}
