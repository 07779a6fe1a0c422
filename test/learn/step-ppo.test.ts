// The learner on episodes that were really collected: on Atlas with its own tokenizer, and in a world whose policy makes calls.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import type { Experience } from '../../src/learn/experience.ts';
import { toSequence } from '../../src/learn/experience.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { score } from '../../src/learn/score.ts';
import { held } from '../../src/learn/reference.ts';
import { StepPpo, type StepPpoSettings } from '../../src/learn/step-ppo.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { Generator } from '../../src/policy/generator.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import type { Weights } from '../../src/policy/weights.ts';
import { collect } from '../../src/rollout/collect.ts';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import type { World } from '../../src/world/world.ts';
import { onnx } from '../compute/both-engines.ts';
import { livelyWeights, tiny } from '../policy/tiny.ts';
import { phraseConfig, phraseTokenizer, phraseWeights, phraseWorld } from '../rollout/phrases.ts';

const shipped = new Tokenizer(JSON.parse(readFileSync(new URL('../../media/policy/tokenizer.json', import.meta.url), 'utf8')), 'tokenizer.json');

interface Stage {
  readonly world: World;
  readonly tokenizer: Tokenizer;
  readonly config: PolicyConfig;
  readonly weights: Weights;
  readonly programs: ProgramCache;
}
const atlasConfig = { ...tiny, vocabulary: shipped.vocabulary, context: 512 };
const stages: Readonly<Record<string, Stage>> = {
  Atlas: { world: createAtlas(), tokenizer: shipped, config: atlasConfig, weights: livelyWeights(atlasConfig, 1), programs: new ProgramCache(onnx) },
  phrases: { world: phraseWorld(), tokenizer: phraseTokenizer, config: phraseConfig, weights: phraseWeights(8), programs: new ProgramCache(onnx) },
};
after(() => Promise.all(Object.values(stages).map(({ programs }) => programs.dispose())));

/** Episodes of a stage as the learner sees them, rewards made up: later steps are worth more. */
async function experience({ world, tokenizer, config, weights, programs }: Stage, temperature = 1, tasks = 3): Promise<Experience[]> {
  const jobs = Array.from({ length: tasks }, (_, i) => world.task('train', i)).flatMap((task) => [0, 1, 2].map((sample) => ({ task, sample })));
  const episodes = await collect(jobs, {
    world, tokenizer, generator: new Generator(programs, config, weights, 4, temperature), seed: 3, limits: { maxTurns: 3, maxTokensPerTurn: 12, maxTokens: 500, maxSeconds: 1e9 },
    calls: { observationCharacters: 200, seconds: 5 }, sampling: { greedy: false, temperature, topP: 1 }, now: () => 0,
  });
  return episodes.map(({ task, promptLength, tokens, steps, outcome, bootstrap }) => ({
    taskId: task.id, promptLength, ids: tokens.ids, mask: tokens.mask, logProbs: tokens.logProbs, values: tokens.values,
    steps, scores: steps.map(({ index, tokens: { start, end } }) => index + (end - start) / 10), outcome: outcome!, bootstrap,
  }));
}
const settings = (temperature: number, algorithm: Partial<StepPpoSettings['algorithm']> = {}): StepPpoSettings =>
  ({ temperature, credit: defaultExperiment.credit, algorithm: { ...defaultExperiment.algorithm, epochs: 1, minibatches: 1, learningRate: 1e-3, ...algorithm } });
const learnerOf = ({ programs, config, weights }: Stage, given: StepPpoSettings): StepPpo =>
  new StepPpo(programs, config, new Optimizer(programs, config, weights, { ...given.algorithm.adam, maxGradientNorm: 1, weightDecay: 0 }), held(weights), given, 0.1);

/** The largest |ratio - 1| over all written tokens, of the policy that sampled against itself. */
async function ratioError({ programs, config, weights }: Stage, experiences: readonly Experience[], temperature: number): Promise<number> {
  const scores = await score(programs, config, weights, experiences.map(toSequence), ['logProbs'], temperature);
  return Math.max(...experiences.flatMap(({ mask, logProbs, promptLength }, e) => mask.flatMap((bit, t) => (bit ? [Math.abs(Math.exp(scores[e].logProbs[t - promptLength] - logProbs[t]) - 1)] : []))));
}

for (const [name, stage] of Object.entries(stages))
  for (const temperature of [1, 0.7])
    test(`${name}, temperature ${temperature}: the first ratio is 1 on every token, and so is the learner's`, async () => {
      const experiences = await experience(stage, temperature);
      const tokens = experiences.reduce((sum, { mask }) => sum + mask.filter(Boolean).length, 0);
      assert.ok(tokens > 40, `${tokens} tokens`);
      assert.ok(await ratioError(stage, experiences, temperature) < 1e-4);
      const learnt = await learnerOf(stage, settings(temperature)).learn(experiences, [1, 1]);
      assert.ok(learnt.firstRatioError < 1e-4, `${learnt.firstRatioError}`);
      assert.ok(Math.abs(learnt.loss.ratio - 1) < 1e-4 && learnt.updates === 1 && learnt.skipped === 0);
      assert.ok(Math.abs(learnt.kl) < 1e-5, 'the policy is its own reference');
      assert.ok(learnt.gradientNorm > 0);
    });

test('mutants: masks inverted or shifted by one, and another temperature, are noticed', async () => {
  const stage = stages.phrases;
  const experiences = await experience(stage, 1);
  const remask = (change: (mask: number[]) => number[]): Experience[] => experiences.map((one) => ({ ...one, mask: [...one.mask.slice(0, one.promptLength), ...change(one.mask.slice(one.promptLength))] }));
  assert.ok(await ratioError(stage, experiences, 0.7) > 0.1, 'another temperature');
  for (const [name, change] of Object.entries<(mask: number[]) => number[]>({
    inverted: (mask) => mask.map((bit) => 1 - bit), early: (mask) => [...mask.slice(1), 0], late: (mask) => [0, ...mask.slice(0, -1)],
  })) {
    assert.ok(await ratioError(stage, remask(change), 1) > 0.1, `${name}: the ratios look right`);
    await assert.rejects(learnerOf(stage, settings(1)).learn(remask(change), [1, 1]), RangeError, `${name}: the learner takes it`);
  }
});

test('credit is written into the steps, advantages onto the written tokens and nowhere else', async () => {
  const stage = stages.phrases;
  const experiences = await experience(stage);
  const learnt = await learnerOf(stage, settings(1)).learn(experiences, [1, 1]);
  experiences.forEach(({ mask, steps, values }, i) => {
    mask.forEach((bit, t) => { if (!bit) assert.deepEqual([learnt.advantages[i][t], learnt.refLogProbs[i][t]], [0, 0]); });
    for (const { tokens: { start, end }, advantage, return: target, value } of steps) {
      assert.equal(value, values[start]);
      assert.ok(Math.abs(target! - advantage! - value!) < 1e-9);
      for (let t = start; t < end; t++) if (mask[t]) assert.equal(learnt.advantages[i][t], Math.fround(advantage!));
    }
  });
});

test('against the other samples of the task, the advantages of a step that all reached sum to 0', async () => {
  const experiences = await experience(stages.phrases);
  const given = settings(1);
  await learnerOf(stages.phrases, { ...given, credit: { ...given.credit, groupBaseline: true } }).learn(experiences, [1, 1]);
  const firstSteps = new Map<string, number[]>();
  for (const { taskId, steps } of experiences) firstSteps.set(taskId, [...(firstSteps.get(taskId) ?? []), steps[0].advantage!]);
  assert.equal(firstSteps.size, 3);
  for (const advantages of firstSteps.values()) assert.ok(Math.abs(advantages.reduce((a, b) => a + b, 0)) < 1e-9, advantages.join());
  assert.ok([...firstSteps.values()].flat().some((advantage) => Math.abs(advantage) > 0.01), 'which says nothing if all are 0');
});

test('only truncated episodes are credited with what would have come, and only when that is asked for', async () => {
  const stage = stages.phrases;
  const experiences = (await experience(stage)).map((one) => ({ ...one, bootstrap: 5 }));
  const lastReturn = async (given: readonly Experience[], bootstrapTruncated: boolean): Promise<number[]> => {
    const base = settings(1, { kl: { ...defaultExperiment.algorithm.kl, place: 'none' } });
    await learnerOf(stage, { ...base, credit: { ...base.credit, mode: 'monteCarlo', gamma: 0.5, bootstrapTruncated } }).learn(given, [1, 1]);
    return given.map(({ steps, scores }) => steps.at(-1)!.return! - scores.at(-1)!);
  };
  for (const [outcome, worth] of [['truncatedTurns', 2.5], ['truncatedTokens', 2.5], ['truncatedTime', 2.5], ['answered', 0], ['gaveUp', 0]] as const) {
    const given = experiences.slice(0, 3).map((one) => ({ ...one, outcome }));
    for (const value of await lastReturn(given, true)) assert.ok(Math.abs(value - worth) < 1e-9, `${outcome}: ${value}`);
    if (outcome === 'truncatedTurns') for (const value of await lastReturn(given, false)) assert.ok(Math.abs(value) < 1e-9);
  }
});

test('an iteration makes as many updates as minibatches were asked for, whether episodes divide by them or not', async () => {
  const stage = stages.phrases;
  const experiences = await experience(stage, 1, 2);
  assert.equal(experiences.length, 6);
  for (const [minibatches, updates] of [[1, 1], [4, 4], [5, 5], [6, 6], [9, 6]]) assert.equal((await learnerOf(stage, settings(1, { minibatches })).learn(experiences, [7, 2])).updates, updates);
});

test('learning makes the tokens of better steps likelier, lowers the loss of values, and is the same twice', async () => {
  const stage = stages.phrases;
  const experiences = await experience(stage, 1, 2);
  const learn = async () => {
    const learner = learnerOf(stage, settings(1, { epochs: 6, minibatches: 2, learningRate: 3e-3 }));
    const learnt = await learner.learn(experiences, [7, 2]);
    return { learner, learnt };
  };
  const [{ learner, learnt }, again] = [await learn(), await learn()];
  assert.deepEqual(again.learner.optimizer.weights, learner.optimizer.weights);
  assert.deepEqual(again.learnt.loss, learnt.loss);
  assert.equal(learnt.updates, 12);
  const { programs, config } = stage;
  const scores = await score(programs, config, learner.optimizer.weights, experiences.map(toSequence), ['logProbs'], 1);
  const all = learnt.advantages.flatMap((some, i) => experiences[i].mask.flatMap((bit, t) => (bit ? [some[t]] : [])));
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  let agreement = 0;
  experiences.forEach(({ mask, logProbs, promptLength }, i) => mask.forEach((bit, t) => { if (bit) agreement += (learnt.advantages[i][t] - mean) * (scores[i].logProbs[t - promptLength] - logProbs[t]); }));
  assert.ok(agreement / all.length > 0.01, `advantages and moves of log-probabilities agree by ${agreement / all.length}`);
});
