// What the schedule may not change, and what must stop it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { Generator } from '../../src/policy/generator.ts';
import { collect, type CollectOptions, type Job } from '../../src/rollout/collect.ts';
import { Episode } from '../../src/rollout/episode.ts';
import { random, shuffle } from '../../src/world/random.ts';
import type { Task } from '../../src/world/world.ts';
import { assertClose, onnx } from '../compute/both-engines.ts';
import { keeping } from '../compute/keeping.ts';
import { slowPredictions, toSlow } from '../policy/slow-decoder.ts';
import { phraseConfig, phraseTokenizer, phraseWeights, phraseWorld } from './phrases.ts';

const programs = new ProgramCache(onnx);
after(() => programs.dispose());
const weights = phraseWeights(8);
const limits = { maxTurns: 5, maxTokensPerTurn: 6, maxTokens: 512, maxSeconds: 1e9 };

function play(jobs: readonly Job[], slots: number, more: Partial<CollectOptions> = {}, temperature = 1): Promise<Episode[]> {
  return collect(jobs, {
    world: phraseWorld(), tokenizer: phraseTokenizer, generator: new Generator(programs, phraseConfig, weights, slots, temperature), seed: 5, limits,
    calls: { observationCharacters: 80, seconds: 5 }, sampling: { greedy: false, temperature, topP: 1 }, now: () => 0, ...more,
  });
}
const jobsOf = (tasks: number, samples: number): Job[] =>
  Array.from({ length: tasks }, (_, index) => phraseWorld().task('train', index)).flatMap((task) => Array.from({ length: samples }, (_, sample) => ({ task, sample })));
const name = ({ task, sample }: { task: Task; sample: number }): string => `${task.id}#${sample}`;

/** Everything of an episode that must come out the same to the bit. */
const record = ({ tokens: { ids, mask }, steps, outcome }: Episode) => ({ ids, mask, steps: steps.map(({ value, ...step }) => step), outcome });

function assertSameEpisodes(actual: readonly Episode[], expected: readonly Episode[], what: string): void {
  const byName = new Map(expected.map((episode) => [name(episode), episode]));
  for (const episode of actual) {
    const other = byName.get(name(episode))!;
    assert.deepEqual(record(episode), record(other), `${what}: ${name(episode)}`);
    // programs of other shapes add up in another order
    for (const key of ['logProbs', 'values', 'entropies'] as const) assertClose(episode.tokens[key], other.tokens[key], 1e-5, `${what}: ${key} of ${name(episode)}`, 1);
    assertClose([episode.bootstrap], [other.bootstrap], 1e-5, `${what}: bootstrap`, 1);
  }
}

test('one live episode, three or sixty-four, and jobs in any order: the same tokens, observations and outcomes', async () => {
  const jobs = jobsOf(8, 4);
  const expected = await play(jobs, 3);
  assert.deepEqual(expected.map(name), jobs.map(name), 'episodes come back in the order of their jobs');
  assertSameEpisodes(await play(jobs.slice(0, 10), 1), expected, 'one at a time');
  const all = await play(jobs, 64);
  assert.equal(all.length, jobs.length);
  assertSameEpisodes(all, expected, 'sixty-four');
  const mixed = shuffle(random('order'), jobs).slice(0, 15);
  const others = await play(mixed, 5);
  assert.deepEqual(others.map(name), mixed.map(name));
  assertSameEpisodes(others, expected, 'in another order');
  assertSameEpisodes(await play(jobs.slice(7, 9), 64), expected.slice(7, 9), 'by themselves');

  const outcomes = new Set(expected.flatMap(({ steps, outcome }) => [outcome!, ...steps.map(({ toolOutcome }) => toolOutcome)]));
  for (const kind of ['answered', 'gaveUp', 'truncatedTurns', 'ok', 'unknownTool', 'invalidArguments', 'invalidFinish', 'unreadableCall'] as const)
    assert.ok(outcomes.has(kind), `no episode has '${kind}' in it: the comparison says little`);
});

test('an engine that keeps the cache plays the same episodes; prompts go with their last sample, and at the end nothing stays', async () => {
  const engine = keeping(onnx);
  const own = new ProgramCache(engine);
  const held: number[] = [];
  const jobs = jobsOf(20, 2);
  const generator = new Generator(own, phraseConfig, weights, 4, 1);
  const episodes = await play(jobs, 4, { generator, onEpisode: () => void held.push(engine.kept()) });
  assertSameEpisodes(episodes, await play(jobs, 4), 'kept by the engine');
  const one = 2 * phraseConfig.layers; // keys and values
  assert.ok(Math.max(...held) <= 3 * one, 'more than the cache, prompts in use and the next ones');
  assert.ok(held.includes(2 * one), 'no prompts were there beside the cache: the test says nothing');
  assert.equal(engine.kept(), 0);
  await own.dispose();
});

test('what is drawn depends on seed, task and sample, and on each of them', async () => {
  const [a, b] = await play(jobsOf(1, 2), 2);
  const [c] = await play(jobsOf(1, 1), 2, { seed: 6 });
  const [, d] = await play(jobsOf(8, 1), 8).then((all) => [all[0], all[7]]); // its query is that of task 0
  const written = ({ tokens, promptLength }: Episode): string => tokens.ids.slice(promptLength).join();
  assert.equal(a.tokens.ids.slice(0, a.promptLength).join(), d.tokens.ids.slice(0, d.promptLength).join());
  assert.equal(new Set([a, b, c, d].map(written)).size, 4);
});

test('log-probabilities, values, entropies and bootstraps are those of the whole episode computed at once', async () => {
  for (const temperature of [1, 0.7]) {
    const episodes = await play(jobsOf(3, 2), 4, { limits: { ...limits, maxTurns: 3 } }, temperature);
    let bootstraps = 0;
    for (const { tokens, promptLength, outcome, bootstrap } of episodes) {
      const slow = slowPredictions(toSlow(weights), phraseConfig, tokens.ids, temperature);
      tokens.ids.forEach((id, t) => {
        if (!tokens.mask[t]) return assert.deepEqual([tokens.logProbs[t], tokens.values[t], tokens.entropies[t]], [0, 0, 0]);
        const { probabilities, value, entropy } = slow[t - 1];
        return assertClose([tokens.logProbs[t], tokens.values[t], tokens.entropies[t]], [Math.log(probabilities[id]), value, entropy], 1e-4, `token ${t} of ${tokens.ids.length}, prompt ${promptLength}`, 1);
      });
      if (outcome === 'answered' || outcome === 'gaveUp') {
        assert.equal(bootstrap, 0, 'an episode that terminated is worth nothing more');
        continue;
      }
      assert.equal(tokens.ids.at(-1), phraseTokenizer.id('<|assistant|>'));
      assertClose([bootstrap], [slow.at(-1)!.value], 1e-4, 'value of the state after the last observation', 1);
      bootstraps++;
    }
    assert.ok(bootstraps > 0);
  }
});

test('greedy episodes take the likeliest token each time, whatever the sample', async () => {
  const [a, b] = await play(jobsOf(1, 2), 2, { sampling: { greedy: true, temperature: 1, topP: 1 } });
  assert.deepEqual(a.tokens.ids, b.tokens.ids);
  const slow = slowPredictions(toSlow(weights), phraseConfig, a.tokens.ids);
  a.tokens.ids.forEach((id, t) => { if (a.tokens.mask[t]) assert.equal(id, slow[t - 1].probabilities.indexOf(Math.max(...slow[t - 1].probabilities))); });
});

test('an episode that does not begin with what the policy was given is not handed on', async (t) => {
  // every part of it: the prompt, a token of its own, what came back
  for (const at of [() => 0, ({ promptLength }: Episode) => promptLength, ({ steps: [first] }: Episode) => first.tokens.end + 1]) {
    const { observe } = Episode.prototype;
    t.mock.method(Episode.prototype, 'observe', function changed(this: Episode, ...given: Parameters<Episode['observe']>) {
      const ids = observe.apply(this, given);
      if (this.steps.length === 2) this.tokens.ids[at(this)] ^= 1;
      return ids;
    });
    await assert.rejects(play(jobsOf(4, 1), 2), /^Error: Token \d+ of task train\/\d, sample 0, is not what the policy was given/);
    t.mock.restoreAll();
  }
  assert.equal((await play(jobsOf(4, 1), 2)).length, 4);
});

test('a prompt that leaves no room for a turn is refused before anything is played, with what to change', async () => {
  await assert.rejects(play(jobsOf(1, 1), 1, { limits: { ...limits, maxTokens: 34 } }), /task train\/0 has \d+ tokens.*rollout\.maxTokens = 34.*Raise/s);
});

test('no jobs give no episodes', async () => assert.deepEqual(await play([], 4), []));
