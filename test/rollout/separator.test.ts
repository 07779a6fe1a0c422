// Between a turn and what follows stands the format's own end, however the policy ended its turn.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { llama3, qwen2 } from '../../src/policy/dialogue/formats.ts';
import { observationIds, promptIds, turnIds } from '../../src/policy/format.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import { Episode } from '../../src/rollout/episode.ts';
import { encode } from '../../src/rollout/recorded/encode.ts';
import type { ToolOutcome } from '../../src/world/tool.ts';
import { assertSound, plain, roomy, seen, task, world } from './scripted.ts';
import { tokenizerJson } from './recorded/tables.ts';

for (const dialogue of [qwen2, llama3]) {
  const json = tokenizerJson() as { added_tokens: { id: number }[]; model: { vocab: Record<string, number> } };
  const other = 1 + Math.max(...json.added_tokens.map(({ id }) => id), ...Object.values(json.model.vocab));
  const tokenizer = new Tokenizer({ ...json, added_tokens: [...json.added_tokens, { id: other, content: '<|endoftext|>', special: true }] }, 'x', { dialogue, endTokens: [dialogue.end, '<|endoftext|>'] });
  const prompt = promptIds(tokenizer, task);
  const call = turnIds(tokenizer, { thought: 't', action: 'a', arguments: '{}' }).slice(0, -1);
  const wet = observationIds(tokenizer, 'wet');

  /** Turns with their ends; to each the world says `wet`. */
  function play(turns: readonly number[][], last: ToolOutcome, maxTokens = roomy.maxTokens): { episode: Episode; read: (number[] | undefined)[] } {
    const episode = new Episode(task, 0, 1, world.open(task, 0), prompt, tokenizer, { ...roomy, maxTokens }, plain, () => 0);
    const read = turns.map((ids, t) => {
      const turn = ids.map((id) => {
        const probabilities = new Float32Array(tokenizer.vocabulary);
        probabilities[id] = 1;
        return episode.write({ probabilities, row: 0, value: episode.length, entropy: 0 });
      }).at(-1)!;
      return episode.observe(turn, seen(t === turns.length - 1 ? last : 'ok', 'wet'));
    });
    return { episode, read };
  }

  test(`${dialogue.name}: another end token stays the policy's last, and the format's own follows, unmasked and read by the policy`, () => {
    const { episode, read } = play([[...call, other], [...call, tokenizer.end], [...call, other]], 'answered');
    assert.deepEqual(episode.tokens.ids, [...prompt, ...call, other, tokenizer.end, ...wet, ...call, tokenizer.end, ...wet, ...call, other]);
    assert.deepEqual(read, [[other, tokenizer.end, ...wet], [tokenizer.end, ...wet], undefined]);
    const [first, second] = episode.steps;
    assert.equal(episode.tokens.ids[first.tokens.end - 1], other, 'the turn ends where the policy ended it');
    assert.deepEqual(episode.tokens.mask.slice(first.tokens.end - 1, first.tokens.end + 1), [1, 0]);
    assert.equal(second.tokens.start, first.tokens.end + 1 + wet.length);
    assertSound(episode);
    const recorded = encode({ id: '', task, sample: 0, seed: 0, outcome: 'answered', solved: true, steps: episode.steps, ids: episode.tokens.ids, spans: episode.steps.map(({ tokens }) => tokens) }, tokenizer, { encoding: 'dialogue', truncation: 'steps' }, roomy);
    assert.deepEqual([recorded.ids, recorded.mask, recorded.steps.map(({ tokens }) => tokens)], [episode.tokens.ids, episode.tokens.mask, episode.steps.map(({ tokens }) => tokens)], 'a recording has the same');
  });

  test(`${dialogue.name}: where there is no room for it and the observation, both are left out`, () => {
    const written = prompt.length + call.length + 1;
    for (const room of [written + 1 + wet.length, written + wet.length, written]) {
      const { episode, read: [read] } = play([[...call, other]], 'ok', room);
      const fits = room > written + wet.length;
      assert.deepEqual([episode.outcome, read, episode.length], ['truncatedTokens', fits ? [other, tokenizer.end, ...wet] : undefined, fits ? room : written]);
      assert.equal(episode.bootstrap, fits ? 0 : prompt.length, 'the value that the step began with, where nothing was read');
      assertSound(episode);
    }
  });
}
