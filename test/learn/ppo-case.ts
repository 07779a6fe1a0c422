/** Random minibatches of ragged sequences, some of which share prompts, for the loss and its gradient. */
import * as tf from '#tfjs';
import type { Scalar } from '#tfjs';
import type { HostTensors, TensorProgram } from '../../src/compute/engine.ts';
import { pack, perAction, type PackedBatch, type Sequence } from '../../src/learn/packing.ts';
import { ppoLoss, type PpoBatch, type PpoLossSettings } from '../../src/learn/ppo-loss.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { isTrained, type Weights } from '../../src/policy/weights.ts';
import { integer, random } from '../../src/world/random.ts';
import { scalar } from '../compute/both-engines.ts';
import { slowPredictions, toSlow } from '../policy/slow-decoder.ts';
import { livelyWeights, randomIds, tiny } from '../policy/tiny.ts';
import type { TokenFacts } from './slow-ppo.ts';

export interface PpoCase {
  readonly config: PolicyConfig;
  readonly weights: Weights;
  readonly sequences: readonly Sequence[];
  readonly facts: readonly (readonly (TokenFacts | undefined)[])[];
  readonly settings: PpoLossSettings;
  readonly klCoefficient: number;
}

export const plainSettings: PpoLossSettings = { clipRange: 0.2, valueClipRange: 0.2, valueCoefficient: 0.5, entropyCoefficient: 0.01, klInLoss: 'k3', temperature: 1 };

/** Sequences of a few prompts, each with one to three samples; masks begin and end with either value. */
export function randomSequences(draw: () => number, vocabulary: number, prompts = 3): Sequence[] {
  return Array.from({ length: prompts }, (_, group) => {
    const prompt = randomIds(draw, integer(draw, 1, 9), vocabulary);
    return Array.from({ length: integer(draw, 1, 3) }, () => {
      const response = randomIds(draw, integer(draw, 1, 12), vocabulary);
      const mask = response.map(() => Number(draw() < 0.6));
      mask[integer(draw, 0, mask.length - 1)] = 1;
      return { group: `task ${group}`, prompt, response, mask };
    });
  }).flat();
}

/** @param spread how far old log-probabilities and values are from those of the weights: large enough to meet the clips */
export function randomPpo(seed: number, settings: Partial<PpoLossSettings> = {}, spread = 0.5, config = tiny): PpoCase {
  const draw = random('ppo', seed);
  const weights = livelyWeights(config, seed);
  const sequences = randomSequences(draw, config.vocabulary);
  const all = { ...plainSettings, ...settings };
  const around = (size: number): number => (2 * draw() - 1) * size;
  const facts = sequences.map(({ prompt, response, mask }) => {
    const predictions = slowPredictions(toSlow(weights), config, [...prompt, ...response], all.temperature);
    return response.map((id, i): TokenFacts | undefined => {
      if (!mask[i]) return undefined;
      const { probabilities, value } = predictions[prompt.length + i - 1];
      const logProb = Math.log(probabilities[id]);
      return { oldLogProb: logProb + around(spread), refLogProb: logProb + around(spread), oldValue: value + around(spread), advantage: around(2), target: value + around(1) };
    });
  });
  return { config, weights, sequences, facts, settings: all, klCoefficient: 0.3 };
}

/** A packed batch's inputs for the loss, the weights aside. `actions`: written tokens of the whole minibatch. */
export const ppoInputs = ({ facts, klCoefficient }: PpoCase, batch: PackedBatch, actions: number): HostTensors => {
  const fact = (name: keyof TokenFacts) => perAction(batch, (sequence, position) => facts[sequence][position]?.[name] ?? 0);
  return {
    ...batch.inputs, weight: perAction(batch, () => 1 / actions), klCoefficient: scalar(klCoefficient),
    oldLogProb: fact('oldLogProb'), refLogProb: fact('refLogProb'), oldValue: fact('oldValue'), advantage: fact('advantage'), target: fact('target'),
  };
};

/** Packs all sequences into one batch, as the tests of values and gradients want them. */
export function packWhole(config: PolicyConfig, sequences: readonly Sequence[], rows = 4096): PackedBatch[] {
  return pack(config, sequences, sequences.map((_, i) => i), rows);
}

/** The loss's metrics and its gradient with respect to every weight that is trained, named `d:<weight>`, of each packed batch. */
export function gradientPrograms(given: PpoCase, rows?: number): { key: string; program: TensorProgram; inputs: HostTensors }[] {
  const packed = packWhole(given.config, given.sequences, rows);
  const actions = packed.reduce((sum, batch) => sum + batch.actions.length, 0);
  const names = Object.keys(given.weights).filter((name) => isTrained(given.config, name));
  return packed.map((batch) => ({
    key: `${JSON.stringify([given.settings, given.config])} ${batch.key}`,
    inputs: { ...given.weights, ...ppoInputs(given, batch, actions) },
    program: (x) => {
      let metrics: tf.Tensor | undefined;
      const { grads } = tf.engine().gradients(() => {
        const result = ppoLoss(x, given.config, batch.size, x as PpoBatch, given.settings);
        metrics = tf.keep(result.metrics);
        return result.loss as Scalar;
      }, names.map((name) => x[name]));
      const measured = tf.clone(metrics!);
      metrics!.dispose();
      return { metrics: measured, ...Object.fromEntries(names.map((name, i) => [`d:${name}`, grads[i]])) };
    },
  }));
}
export const gradientProgram = (given: PpoCase): { program: TensorProgram; inputs: HostTensors } => gradientPrograms(given)[0];
