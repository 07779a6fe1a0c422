/** The loss of PPO once more, token by token over whole sequences in 64-bit numbers: steptool.md 2.7, arXiv 1707.06347. */
import type { PpoLossSettings, PpoMetric } from '../../src/learn/ppo-loss.ts';
import type { Sequence } from '../../src/learn/packing.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { slowPredictions, type SlowWeights } from '../policy/slow-decoder.ts';

/** What the update knows of one written token; arrays of these run over a response, with `undefined` where the mask is 0. */
export interface TokenFacts {
  readonly oldLogProb: number;
  readonly refLogProb: number;
  readonly oldValue: number;
  readonly advantage: number;
  readonly target: number;
}

export type SlowPpo = Record<PpoMetric, number>;

/** Loss and metrics, as means over all tokens whose mask is 1. */
export function slowPpo(weights: SlowWeights, config: PolicyConfig, sequences: readonly Sequence[], facts: readonly (readonly (TokenFacts | undefined)[])[], settings: PpoLossSettings, klCoefficient: number): SlowPpo {
  const { clipRange, valueClipRange, valueCoefficient, entropyCoefficient, klInLoss, temperature } = settings;
  const within = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
  const sums = { loss: 0, policyLoss: 0, valueLoss: 0, klLoss: 0, entropy: 0, ratio: 0, clipFraction: 0, approxKl: 0, kl: 0, ratioMax: 0, ratioError: 0 };
  let tokens = 0;
  sequences.forEach(({ prompt, response, mask }, s) => {
    const predictions = slowPredictions(weights, config, [...prompt, ...response], temperature);
    for (let i = 0; i < response.length; i++) {
      const fact = facts[s][i];
      if (!mask[i] || !fact) continue;
      const { probabilities, value, entropy } = predictions[prompt.length + i - 1]; // what was said before the token
      const logProb = Math.log(probabilities[response[i]]);
      const ratio = Math.exp(logProb - fact.oldLogProb);
      sums.policyLoss += -Math.min(ratio * fact.advantage, within(ratio, 1 - clipRange, 1 + clipRange) * fact.advantage);
      const near = valueClipRange > 0 ? fact.oldValue + within(value - fact.oldValue, -valueClipRange, valueClipRange) : value;
      sums.valueLoss += 0.5 * Math.max((value - fact.target) ** 2, (near - fact.target) ** 2);
      const d = logProb - fact.refLogProb;
      if (klInLoss === 'k2') sums.klLoss += d ** 2 / 2;
      if (klInLoss === 'k3') sums.klLoss += Math.exp(-d) + d - 1;
      sums.entropy += entropy;
      sums.ratio += ratio;
      sums.clipFraction += Number(Math.abs(ratio - 1) > clipRange);
      sums.approxKl += ratio - 1 - Math.log(ratio);
      sums.kl += d;
      sums.ratioMax = Math.max(sums.ratioMax, ratio);
      sums.ratioError = Math.max(sums.ratioError, Math.abs(ratio - 1));
      tokens++;
    }
  });
  const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, name.startsWith('ratio') && name !== 'ratio' ? sum : sum / tokens])) as SlowPpo;
  means.loss = means.policyLoss + valueCoefficient * means.valueLoss + klCoefficient * means.klLoss - entropyCoefficient * means.entropy;
  return means;
}
