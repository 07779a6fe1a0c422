/**
 * One iteration of step-grained PPO on a checkpoint of every architecture, and on one with an adapter that PEFT wrote, against PyTorch:
 * from rewards of steps to advantages, the loss, and the gradient of every weight. The fixtures come from test/parity-python/updates.py.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { firstMoment } from '../../src/learn/adam.ts';
import type { Experience } from '../../src/learn/experience.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { held } from '../../src/learn/reference.ts';
import { StepPpo, type StepPpoSettings } from '../../src/learn/step-ppo.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { isTrained, valueHead, type Weights } from '../../src/policy/weights.ts';
import { readPolicy } from '../../src/run/policy-folder.ts';
import { readPeft } from '../../src/run/read-peft.ts';
import { assertClose, onnx, reference } from '../compute/both-engines.ts';

interface Told {
  readonly task: string;
  readonly promptLength: number;
  readonly ids: number[];
  readonly mask: number[];
  readonly steps: [start: number, end: number][];
  readonly scores: number[];
  /** Of every token but the first, at sampling. */
  readonly logProbs: number[];
  readonly values: number[];
}
interface Expected {
  readonly valueHead: number[];
  readonly episodes: Told[];
  /** Of written tokens, whitened over all episodes. */
  readonly advantages: number[];
  readonly loss: number;
  readonly policyLoss: number;
  readonly valueLoss: number;
  readonly entropy: number;
  readonly gradientNorms: Record<string, number>;
}

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));
const { settings: told, versions: _, ...rest } = JSON.parse(readFileSync(`${fixtures}updates.json`, 'utf8')) as { settings: Record<string, number>; versions: unknown };
const expected = rest as Record<string, Expected>;
const caches = [onnx, reference].map((engine) => ({ engine: engine.name, programs: new ProgramCache(engine) }));
after(() => Promise.all(caches.map(({ programs }) => programs.dispose())));

const { algorithm, credit } = defaultExperiment;
const settings: StepPpoSettings = {
  temperature: told.temperature,
  credit: { ...credit, mode: 'step', gamma: told.gamma, lambda: told.lambda, whiten: true, groupBaseline: false, bootstrapTruncated: false },
  algorithm: {
    ...algorithm, epochs: 1, minibatches: 1, ratioGuard: 0, clipRange: told.clipRange, valueClipRange: told.valueClipRange,
    valueCoefficient: told.valueCoefficient, entropyCoefficient: told.entropyCoefficient, kl: { ...algorithm.kl, place: 'reward', estimator: 'k1', coefficient: told.beta },
  },
};
/** Gradients as they are, to be read off the first moment: nothing clipped. */
const adam = { beta1: 0.5, beta2: 0.9, epsilon: 1e-8, maxGradientNorm: 1e9, weightDecay: 0 };

const experienceOf = ({ task, promptLength, ids, mask, steps, scores, logProbs, values }: Told): Experience => ({
  taskId: task, promptLength, ids, mask, scores, logProbs: [0, ...logProbs], values: [0, ...values], outcome: 'answered', bootstrap: 0,
  steps: steps.map(([start, end], index) => ({ index, thought: '', action: '', arguments: '', observation: '', toolOutcome: 'ok', tokens: { start, end }, reward: {}, seconds: 0 })),
});

/** The model of a fixture with the fixture's value head; trained within its window alone, it needs none. */
async function opened(name: string): Promise<{ config: PolicyConfig; weights: Weights }> {
  const { config: { window: _, ...config }, weights } = await readPolicy(`${fixtures}${name === 'peft' ? 'qwen2' : name}`);
  const head: Weights = {
    [valueHead.weight]: { shape: [1, config.width], dtype: 'float32', data: Float32Array.from(expected[name].valueHead) },
    [valueHead.bias]: { shape: [1], dtype: 'float32', data: Float32Array.of(0.125) },
  };
  if (name !== 'peft') return { config, weights: { ...weights, ...head } };
  const adapted = { ...config, adapter: { rank: 2, alpha: 6, modules: ['q_proj', 'o_proj', 'gate_proj', 'down_proj'] } };
  return { config: adapted, weights: { ...weights, ...head, ...await readPeft(`${fixtures}peft`, adapted) } };
}

for (const [name, { episodes, advantages, loss, policyLoss, valueLoss, entropy, gradientNorms }] of Object.entries(expected)) {
  test(`${name}: advantages, loss and the gradient of every weight are PyTorch's`, async () => {
    const { config, weights } = await opened(name);
    for (const { engine, programs } of caches) {
      const optimizer = new Optimizer(programs, config, weights, adam);
      const learner = new StepPpo(programs, config, optimizer, held(weights), settings, told.beta);
      const learnt = await learner.learn(episodes.map(experienceOf), [1, 1]);
      const raw = learnt.advantages.flatMap((all, i) => Array.from(all).filter((_, t) => episodes[i].mask[t] === 1));
      const mean = raw.reduce((a, b) => a + b, 0) / raw.length;
      const deviation = Math.sqrt(raw.reduce((sum, a) => sum + (a - mean) ** 2, 0) / (raw.length - 1) + 1e-8);
      assertClose(raw.map((a) => (a - mean) / deviation), advantages, 1e-4, `advantages on ${engine}`);
      for (const [what, ours, theirs] of [['loss', learnt.loss.loss, loss], ['policy', learnt.loss.policyLoss, policyLoss], ['value', learnt.loss.valueLoss, valueLoss], ['entropy', learnt.loss.entropy, entropy]] as const)
        assertClose([ours], [theirs], 1e-4, `${what} on ${engine}`, 0.1);
      assert.deepEqual(Object.keys(gradientNorms).sort(), Object.keys(weights).filter((each) => isTrained(config, each)).sort());
      for (const [weight, norm] of Object.entries(gradientNorms)) {
        const moment = optimizer.state[firstMoment(weight)].data as Float32Array;
        assertClose([Math.hypot(...moment) / (1 - adam.beta1)], [norm], 1e-4, `gradient of ${weight} on ${engine}`, 1e-2);
      }
    }
  });
}
