// Episodes driven by a policy that says what the test wants said.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { promptIds, turnText, type ParsedTurn } from '../../src/policy/format.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import { Episode, type EpisodeLimits, type SamplingSettings } from '../../src/rollout/episode.ts';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import type { Observation, ToolOutcome } from '../../src/world/tool.ts';

export const tokenizer = new Tokenizer(JSON.parse(readFileSync(new URL('../../media/policy/tokenizer.json', import.meta.url), 'utf8')), 'tokenizer.json');
export const world = createAtlas();
export const task = world.task('train', 0);
export const prompt = promptIds(tokenizer, task);
export const end = tokenizer.id('<|end|>');
export const roomy: EpisodeLimits = { maxTurns: 8, maxTokensPerTurn: 64, maxTokens: 100_000, maxSeconds: 60 };
export const plain: SamplingSettings = { greedy: false, temperature: 1, topP: 1 };

export const open = (limits: Partial<EpisodeLimits> = {}, now = () => 0, sampling = plain): Episode =>
  new Episode(task, 0, 1, world.open(task, 0), prompt, tokenizer, { ...roomy, ...limits }, sampling, now);

/** All probability on one token. */
export function say(episode: Episode, id: number, value = 0, entropy = 0): ParsedTurn | undefined {
  const probabilities = new Float32Array(tokenizer.vocabulary);
  probabilities[id] = 1;
  return episode.write({ probabilities, row: 0, value, entropy });
}
/** Writes a whole turn; `values` counts up from the episode's length, so that each token's value tells where it was written. */
export function write(episode: Episode, ids: readonly number[]): ParsedTurn {
  for (const id of ids) {
    const turn = say(episode, id, episode.length);
    if (turn) return turn;
  }
  throw new Error('the turn went on');
}
export const callIds = (name: string, input: string): number[] => [...tokenizer.encode(turnText({ thought: 't', action: name, arguments: input })), end];
export const seen = (outcome: ToolOutcome, text = '{"error": "", "response": 1}'): Observation => ({ outcome, text });

/** The promises that hold for every episode at every moment. */
export function assertSound(episode: Episode): void {
  const { ids, mask, logProbs, values, entropies } = episode.tokens;
  for (const array of [mask, logProbs, values, entropies]) assert.equal(array.length, ids.length);
  const written = new Set(episode.steps.flatMap(({ tokens: { start, end } }) => Array.from({ length: end - start }, (_, i) => start + i)));
  mask.forEach((bit, t) => {
    assert.equal(bit, Number(written.has(t)), `mask of token ${t}`);
    if (!bit) assert.deepEqual([logProbs[t], values[t], entropies[t]], [0, 0, 0]);
  });
  episode.steps.forEach(({ index, tokens: { start, end }, value }, i) => {
    assert.equal(index, i);
    assert.ok(end > start && start >= (episode.steps[i - 1]?.tokens.end ?? episode.promptLength) && end <= ids.length);
    assert.equal(value, values[start]);
  });
}
