// Tools that take their time, never answer, or are still at it when the run is stopped.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { Generator } from '../../src/policy/generator.ts';
import { collect, type CollectOptions, type Job } from '../../src/rollout/collect.ts';
import type { Episode } from '../../src/rollout/episode.ts';
import { onnx } from '../compute/both-engines.ts';
import { phraseConfig, phraseTokenizer, phraseWeights, phraseWorld } from './phrases.ts';

const programs = new ProgramCache(onnx);
after(() => programs.dispose());
const weights = phraseWeights(8);

const play = (jobs: readonly Job[], slots: number, more: Partial<CollectOptions>): Promise<Episode[]> => collect(jobs, {
  world: phraseWorld(), tokenizer: phraseTokenizer, generator: new Generator(programs, phraseConfig, weights, slots, 1), seed: 5,
  limits: { maxTurns: 4, maxTokensPerTurn: 6, maxTokens: 512, maxSeconds: 1e9 },
  calls: { observationCharacters: 80, seconds: 30 }, sampling: { greedy: false, temperature: 1, topP: 1 }, now: () => 0, ...more,
});
const jobsOf = (tasks: number, samples: number): Job[] =>
  Array.from({ length: tasks }, (_, index) => phraseWorld().task('train', index)).flatMap((task) => Array.from({ length: samples }, (_, sample) => ({ task, sample })));
const record = ({ tokens: { ids, mask }, steps, outcome }: Episode) => ({ ids, mask, steps: steps.map(({ value, ...step }) => step), outcome });

test('slow tools change nothing but the time: answers in any order, the same episodes', async () => {
  const jobs = jobsOf(5, 3);
  const expected = await play(jobs, 4, {});
  const slow = await play(jobs, 6, { world: phraseWorld(({ id }, call) => [undefined, 0, 3, 9][(id.length + Number(id.slice(6)) + 2 * call) % 4]) });
  assert.deepEqual(slow.map(record), expected.map(record));
});

test('a tool that never answers holds up its own episodes alone, and is timed out there', async () => {
  const jobs = jobsOf(8, 2);
  const expected = await play(jobs, 4, {});
  const reachesTool = (episode: Episode): number => episode.steps.findIndex(({ toolOutcome }) => ['ok', 'empty', 'transient'].includes(toolOutcome));
  const stuck = expected.find((episode) => reachesTool(episode) >= 0)!.task.id;
  const world = phraseWorld(({ id }) => (id === stuck ? Infinity : undefined));
  const finished: number[] = [];
  const episodes = await play(jobs, 4, { world, calls: { observationCharacters: 80, seconds: 0.1 }, onEpisode: (n) => finished.push(n) });
  assert.deepEqual(finished, jobs.map((_, i) => i + 1));
  let timeouts = 0;
  episodes.forEach((episode, i) => {
    const reached = reachesTool(expected[i]);
    if (episode.task.id !== stuck || reached < 0) return assert.deepEqual(record(episode), record(expected[i]));
    assert.equal(episode.steps[reached].toolOutcome, 'timeout');
    assert.equal(episode.steps[reached].observation, '{"error": "Timed out after 0.1 seconds", "response": ""}');
    timeouts++;
    return assert.deepEqual(record(episode).steps.slice(0, reached), record(expected[i]).steps.slice(0, reached));
  });
  assert.ok(timeouts > 0);
  assert.ok(world.aborted() >= timeouts, 'tools are told when nobody waits any more');
});

test('a stop while every episode waits for a tool rejects with its reason, at once', async () => {
  const stop = new AbortController();
  const world = phraseWorld(() => { setImmediate(() => stop.abort(new Error('stopped by hand'))); return Infinity; });
  await assert.rejects(play(jobsOf(8, 1), 3, { world, signal: stop.signal }), /stopped by hand/);
});

test('a stop while some episodes write and others wait rejects with its reason, and nothing is left to fail later', async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown): void => { unheard.push(reason); };
  process.on('unhandledRejection', hear);
  const stop = new AbortController();
  let calls = 0;
  const world = phraseWorld(() => (++calls % 2 ? Infinity : undefined));
  await assert.rejects(play(jobsOf(8, 4), 16, { world, signal: stop.signal, onEpisode: (finished) => { if (finished === 16) stop.abort(new Error('enough')); } }), /enough/);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', hear);
  assert.ok(calls > 2, 'no call was under way');
  assert.deepEqual(unheard, []);
});

test('a run that was stopped before it began plays nothing', async () => {
  const world = phraseWorld(() => assert.fail('a tool was called'));
  await assert.rejects(play(jobsOf(1, 1), 1, { world, signal: AbortSignal.abort(new Error('never')) }), /never/);
});

test('an error while opening a task, or in the generator, comes out as it is', async () => {
  const world = { ...phraseWorld(), open: () => { throw new Error('no such world'); } };
  await assert.rejects(play(jobsOf(1, 1), 1, { world }), /no such world/);
});
