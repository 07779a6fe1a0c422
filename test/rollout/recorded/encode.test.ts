// Recordings as tokens: what is masked in, what begins and ends where, and what goes when there are too many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observationIds, promptIds, turnIds } from '../../../src/policy/format.ts';
import type { Tokenizer } from '../../../src/policy/tokenizer.ts';
import { encode, type Encoded } from '../../../src/rollout/recorded/encode.ts';
import type { Recording } from '../../../src/rollout/recorded/recording.ts';
import { readReleased } from '../../../src/rollout/recorded/released.ts';
import { table, tokenizerOf } from './tables.ts';

const room = { maxTokens: 4096, maxTokensPerTurn: 1024 };
const asEpisodes = { encoding: 'dialogue', truncation: 'steps' } as const;
const asReleased = { encoding: 'released', truncation: 'released' } as const;
const first = (format: 'toolllama' | 'qwen2' | 'llama3-1'): Recording => [...readReleased(table(format), 'x')][0];

/** The text of the tokens, what the policy wrote in guillemets, start and end tokens by their names. */
function shown(tokenizer: Tokenizer, { ids, mask }: Pick<Encoded, 'ids' | 'mask'>): string {
  const names = new Map(['<s>', '</s>', '<|im_end|>', '<|eot_id|>'].map((token) => [tokenizer.id(token), token]));
  const parts: string[] = [];
  ids.forEach((id, t) => {
    if (mask[t] === 1 && mask[t - 1] !== 1) parts.push('«');
    if (mask[t] !== 1 && mask[t - 1] === 1) parts.push('»');
    parts.push(names.get(id) ?? tokenizer.decode([id]));
  });
  return parts.join('') + (mask.at(-1) === 1 ? '»' : '');
}

test('as an episode has it: one token of the start, turns with their end token, the line behind it not the policy\'s', () => {
  const qwen2 = tokenizerOf('qwen2');
  const found = shown(qwen2, encode(first('qwen2'), qwen2, asEpisodes, room));
  assert.equal(found.split('<s>').length - 1, 1);
  assert.match(found, /^<s>system\n[^«]*Begin!\n<\|im_end\|>\nassistant\n«Thought: high tide first\nAction: [^»]*<\|im_end\|>»\nfunction\n\{[^«]*<\|im_end\|>\nassistant\n«Thought: [^»]*<\|im_end\|>»\n[^«]*«[^»]*two berths\."\}<\|im_end\|>»$/);
  const llama = tokenizerOf('toolllama');
  assert.match(shown(llama, encode(first('toolllama'), llama, asEpisodes, room)), /«Action: tides_for_harbour\nAction Input: \{"port": "[^»]*"\}\n<\/s>»Function:\n/, 'an end token that the file does not have');
});

test('as released: each text begins with the token of the start, which turns are trained on, and nothing is added', () => {
  const llama = tokenizerOf('toolllama');
  assert.match(shown(llama, encode(first('toolllama'), llama, asReleased, room)), /^<s>System:\n[^«]*Assistant:\n«<s>Action: [^»]*\n»<s>Function:\n[^«]*«<s>Action: [^»]*\n»<s>Function[^«]*«<s>Action: Finish[^»]*\n»$/);
  const qwen2 = tokenizerOf('qwen2');
  assert.match(shown(qwen2, encode(first('qwen2'), qwen2, asReleased, room)), /«<s>Thought: high tide first\n[^»]*<\|im_end\|>\n»<s>function/, 'the line behind the end token is the policy\'s');
});

test('the tokens are those of an episode that says the same, in a format that has no text of its own in the file', () => {
  const tokenizer = tokenizerOf('toolllama');
  const { steps, task, framed: _, ...rest } = first('toolllama');
  const { ids, mask, promptLength } = encode({ ...rest, task, steps }, tokenizer, asEpisodes, room);
  const expected = [...promptIds(tokenizer, task), ...steps.flatMap((step, t) => [...turnIds(tokenizer, step), ...(t < 2 ? observationIds(tokenizer, step.observation) : [])])];
  assert.deepEqual(ids, expected);
  assert.deepEqual(ids, encode(first('toolllama'), tokenizer, asEpisodes, room).ids, 'the same as from the framed text');
  assert.equal(promptLength, promptIds(tokenizer, task).length);
  assert.equal(mask.reduce((a, b) => a + b, 0), steps.reduce((sum, step) => sum + turnIds(tokenizer, step).length, 0));
});

test('steps carry their tokens, the observation that was read last of one that was cut off is read too', () => {
  const tokenizer = tokenizerOf('toolllama');
  const { framed: _, ...recording } = [...readReleased(table('toolllama'), 'x')][3];
  const cut = { ...recording, steps: recording.steps.map((step) => ({ ...step, observation: 'nothing' })) };
  const { ids, mask, steps } = encode(cut, tokenizer, asEpisodes, room);
  assert.deepEqual(steps.map(({ tokens: { start, end } }) => tokenizer.decode(ids.slice(start, end))), recording.steps.map((step) => `Action: ${step.action}\nAction Input: ${step.arguments}\n`));
  assert.ok(tokenizer.decode(ids.slice(steps[1].tokens.end)).includes('nothing'));
  assert.ok(mask.slice(steps[1].tokens.end).every((written) => written === 0));
});

test('tokens that were recorded are taken as they are, unless they say something else to this tokenizer', () => {
  const tokenizer = tokenizerOf('toolllama');
  const { framed: _, ...recording } = first('toolllama');
  const plain = encode(recording, tokenizer, asEpisodes, room);
  const spans = plain.steps.map(({ tokens }) => tokens);
  const other = [...plain.ids];
  const [a] = [spans[0].start];
  // one letter a token: another tokenisation of the same turn
  const letters = [...tokenizer.decode(plain.ids.slice(a, spans[0].end - 1))].flatMap((letter) => [...tokenizer.encode(letter)]);
  other.splice(a, spans[0].end - 1 - a, ...letters);
  const more = letters.length - (spans[0].end - 1 - a);
  assert.ok(more > 0);
  const moved = spans.map(({ start, end }, t) => ({ start: t === 0 ? start : start + more, end: end + more }));
  const exact = encode({ ...recording, ids: Int32Array.from(other), spans: moved }, tokenizer, asEpisodes, room);
  assert.deepEqual(exact.ids, other);
  assert.deepEqual(exact.steps.map(({ tokens }) => tokens), moved);
  const foreign = { ...recording, ids: other.map((id, t) => (t === 2 ? id + 1 : id)), spans: moved };
  const otherTurn = { ...recording, ids: other.map((id, t) => (t === a + 3 ? id + 1 : id)), spans: moved };
  for (const wrong of [foreign, otherTurn, { ...recording, ids: other }, { ...recording, ids: other.slice(0, 20), spans: moved }, { ...recording, ids: other, spans: moved.slice(1) }]) assert.deepEqual(encode(wrong, tokenizer, asEpisodes, room).ids, plain.ids);
});

test('a turn that was no call when it was recorded, and would be one now, keeps its tokens', () => {
  const tokenizer = tokenizerOf('qwen2');
  const { framed: _, ...recording } = first('qwen2');
  const said = 'Thought: two things:\n1. a\n2. b\nAction: a\nAction Input: {}';
  assert.equal(tokenizer.dialogue.parse(said).action.kind, 'call');
  const letters = [...said].flatMap((letter) => [...tokenizer.encode(letter)]); // which another tokenisation would not be
  const prompt = promptIds(tokenizer, recording.task);
  const ids = [...prompt, ...letters, tokenizer.end];
  const step = { thought: said, action: '', arguments: '', observation: '', toolOutcome: 'unreadableCall' } as const;
  assert.deepEqual(encode({ ...recording, steps: [step], ids, spans: [{ start: prompt.length, end: ids.length }] }, tokenizer, asEpisodes, room).ids, ids);
  assert.notDeepEqual(encode({ ...recording, steps: [step] }, tokenizer, asEpisodes, room).ids, ids);
});

test('a turn that was no call is kept as it was written', () => {
  const tokenizer = tokenizerOf('qwen2');
  const { framed: _, ...recording } = first('qwen2');
  const { ids, steps } = encode({ ...recording, steps: [{ thought: 'Action tides', action: '', arguments: '', observation: '', toolOutcome: 'unreadableCall' }] }, tokenizer, asEpisodes, room);
  assert.equal(tokenizer.decode(ids.slice(steps[0].tokens.start, steps[0].tokens.end)), 'Action tides');
});

test('too long, by steps: the earliest go whole, the prompt stays', () => {
  const tokenizer = tokenizerOf('llama3-1');
  const recording = first('llama3-1');
  const whole = encode(recording, tokenizer, asEpisodes, room);
  const [one, two, three] = whole.steps;
  const less = encode(recording, tokenizer, asEpisodes, { ...room, maxTokens: whole.ids.length - 1 });
  assert.deepEqual(less.ids, [...whole.ids.slice(0, one.tokens.start), ...whole.ids.slice(two.tokens.start)]);
  assert.deepEqual(less.steps.map(({ index, action, tokens }) => [index, action, less.ids.slice(tokens.start, tokens.end)]), [[0, two.action, whole.ids.slice(two.tokens.start, two.tokens.end)], [1, 'Finish', whole.ids.slice(three.tokens.start)]]);
  assert.deepEqual([less.allTokens, less.cutPrompt], [whole.ids.length, false]);
  const turn = three.tokens.end - three.tokens.start;
  const last = encode(recording, tokenizer, asEpisodes, { maxTokens: turn + 10, maxTokensPerTurn: 4 });
  assert.deepEqual(last.ids, [...whole.ids.slice(one.tokens.start - 10, one.tokens.start), ...whole.ids.slice(three.tokens.start)]);
  assert.ok(last.cutPrompt && last.steps.length === 1);
});

test('too long, as released: the left of what is before the last turn, and the right of that', () => {
  const tokenizer = tokenizerOf('llama3-1');
  const recording = first('llama3-1');
  const whole = encode(recording, tokenizer, { ...asReleased }, room);
  const finish = whole.steps[2].tokens;
  for (const [context, turn] of [[finish.start - 1, 1000], [finish.start - 40, 9], [whole.ids.length - whole.steps[1].tokens.start - 30, 500], [finish.start - whole.steps[0].tokens.start - 5, 20], [10, 5], [finish.start - whole.steps[0].tokens.start, 20], [finish.start - whole.steps[0].tokens.end + 1, 20]]) {
    const { ids, mask, steps, promptLength } = encode(recording, tokenizer, asReleased, { maxTokens: context + turn, maxTokensPerTurn: turn });
    const skipped = finish.start - context;
    assert.deepEqual(ids, whole.ids.slice(skipped, Math.min(whole.ids.length, finish.start + turn)));
    // what is first of all is predicted by nothing, whoever wrote it
    assert.deepEqual(mask, [0, ...whole.mask.slice(skipped + 1, skipped + ids.length)]);
    const left = whole.steps.filter(({ tokens }) => tokens.end > skipped + 1);
    assert.deepEqual(steps.map(({ index, action, tokens: { start, end } }) => [index, action, start, end]), left.map(({ action, tokens: { start, end } }, index) => [index, action, Math.max(1, start - skipped), Math.min(ids.length, end - skipped)]));
    assert.equal(promptLength, mask.indexOf(1));
  }
});

test('a tokenizer without the control tokens of the file is refused', () => {
  const recording = first('qwen2');
  const other: Recording = { ...recording, framed: recording.framed!.map(({ before, turn }) => ({ before, turn: { ...turn, end: '<|other|>' } })) };
  assert.throws(() => encode(other, tokenizerOf('toolllama'), asEpisodes, room), /tables has no token <\|other\|>/);
});
