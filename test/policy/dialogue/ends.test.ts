// What ends a turn is no part of what it says, whatever the file calls it: in episodes, in recordings, in transcripts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainBpe } from '../../../src/policy/bpe.ts';
import { chatTemplate } from '../../../src/policy/dialogue/chat-template.ts';
import type { Dialogue } from '../../../src/policy/dialogue/dialogue.ts';
import { qwen2, react } from '../../../src/policy/dialogue/formats.ts';
import { observationIds, promptIds, turnIds } from '../../../src/policy/format.ts';
import { Tokenizer } from '../../../src/policy/tokenizer.ts';
import { Episode } from '../../../src/rollout/episode.ts';
import { encode } from '../../../src/rollout/recorded/encode.ts';
import { createAtlas } from '../../../src/world/atlas/atlas.ts';
import { plain, roomy } from '../../rollout/scripted.ts';

const names = ['<|im_start|>', '<|im_end|>', '<|endoftext|>', '<tool_call>', '</tool_call>'];
const json = trainBpe(['user system assistant Rain in Oslo'], 300) as { added_tokens: object[]; model: { vocab: Record<string, number> } };
const next = 1 + Math.max(...Object.values(json.model.vocab));
const tools = "{% if tools %}{{ tools | tojson }} <tool_call>{% endif %}{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const dialogues: Readonly<Record<string, Dialogue>> = { qwen2, react: react('<|im_end|>'), 'tagged calls': chatTemplate(tools, 'x', names, ['<|im_end|>', '<|endoftext|>']) };
const world = createAtlas();
const task = { ...world.task('train', 0), tools: [] };

for (const [name, dialogue] of Object.entries(dialogues))
  for (const special of [false, true]) {
    const added = names.map((content, i) => ({ id: next + i, content, special }));
    const tokenizer = new Tokenizer({ ...json, added_tokens: [...json.added_tokens, ...added] }, 'x', { dialogue, endTokens: ['<|im_end|>', '<|endoftext|>'] });
    const turn = turnIds(tokenizer, { thought: 't', action: 'a', arguments: '{"b": 1}' });
    const input = name === 'tagged calls' ? '{"b":1}' : '{"b": 1}';
    const shown = `${name}, tokens ${special ? '' : 'not '}called special`;

    test(`${shown}: a turn that ends in any end token is read as the call that it is`, () => {
      for (const end of ['<|im_end|>', '<|endoftext|>']) {
        const episode = new Episode(task, 0, 1, world.open(task, 0), promptIds(tokenizer, task), tokenizer, roomy, plain, () => 0);
        const read = [...turn.slice(0, -1), tokenizer.id(end)].map((id) => {
          const probabilities = new Float32Array(tokenizer.vocabulary);
          probabilities[id] = 1;
          return episode.write({ probabilities, row: 0, value: 0, entropy: 0 });
        });
        assert.deepEqual(read.at(-1), { thought: 't', name: 'a', input, action: { kind: 'call', name: 'a', args: input } }, end);
      }
    });

    test(`${shown}: recorded tokens are taken as they were written`, () => {
      const ids = [...promptIds(tokenizer, task), ...turn.slice(0, -1), tokenizer.id('<|endoftext|>')];
      const span = { start: ids.length - turn.length, end: ids.length };
      const step = { thought: 't', action: 'a', arguments: input, observation: '', toolOutcome: 'answered' } as const;
      const recording = { id: '', task, sample: 0, seed: 0, outcome: 'answered', solved: true, steps: [step], ids, spans: [span] } as const;
      assert.deepEqual(encode(recording, tokenizer, { encoding: 'dialogue', truncation: 'steps' }, roomy).ids, ids);
    });

    test(`${shown}: transcripts name it`, () => {
      assert.ok(tokenizer.spell([...turn, ...observationIds(tokenizer, 'wet')]).includes('<|im_end|>'));
      assert.ok(tokenizer.encode('<|im_end|><|endoftext|>').every((id) => !tokenizer.ends.has(id)));
    });
  }
