// A prompt that leaves no room for a turn is refused before anything is computed, with what to raise; one token more of room is enough.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { promptIds } from '../../src/policy/format.ts';
import { Generator } from '../../src/policy/generator.ts';
import { collect } from '../../src/rollout/collect.ts';
import type { Episode } from '../../src/rollout/episode.ts';
import { onnx } from '../compute/both-engines.ts';
import { phraseConfig, phraseTokenizer, phraseWeights, phraseWorld } from './phrases.ts';

const programs = new ProgramCache(onnx);
after(() => programs.dispose());
const world = phraseWorld();
const task = world.task('train', 0);
const turn = 6;
const needed = promptIds(phraseTokenizer, task).length + turn;

const play = (maxTokens: number): Promise<Episode[]> => collect([{ task, sample: 0 }], {
  world, tokenizer: phraseTokenizer, generator: new Generator(programs, phraseConfig, phraseWeights(8), 1, 1), seed: 5,
  limits: { maxTurns: 50, maxTokensPerTurn: turn, maxTokens, maxSeconds: 1e9 },
  calls: { observationCharacters: 80, seconds: 5 }, sampling: { greedy: false, temperature: 1, topP: 1 }, now: () => 0,
});

test('a prompt without room for a turn is refused by the name of its task, its length and the settings to change', async () => {
  await assert.rejects(play(needed - 1), (error: Error) => {
    assert.ok(error.message.includes(`task ${task.id} has ${needed - turn} tokens`), error.message);
    assert.match(error.message, /does not fit rollout\.maxTokens = \d+\. Raise that \(and policy\.context\), or lower world\.distractors\./);
    return true;
  });
});

test('with room for one turn the episode is played, and its end is truncation by tokens', async () => {
  const [{ outcome, steps, tokens, promptLength }] = await play(needed);
  assert.equal(promptLength, needed - turn);
  assert.ok(steps.length >= 1);
  assert.ok(tokens.mask.filter((one) => one === 1).length <= turn);
  assert.equal(outcome, 'truncatedTokens');
});
