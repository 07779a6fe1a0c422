/** Adam over the host's own arrays: nothing of the size of the model is made, which a program's new state would be three times. */
import type { HostTensors } from '../compute/engine.ts';
import { firstMoment, secondMoment, type AdamSettings } from './adam.ts';

/** Euclidean norm over all tensors; not finite if any number is not. */
export function normOf(gradients: HostTensors): number {
  let sum = 0;
  for (const { data } of Object.values(gradients)) for (let i = 0; i < data.length; i++) sum += data[i] * data[i];
  return Math.sqrt(sum);
}

/**
 * One step of Adam, as `adamStep` makes it, written over weights and moments. Numbers between are of double precision.
 * @param gradients of some weights, by their names
 * @param norm of all gradients, for clipping; finite
 * @param step 1 for the first
 */
export function adamInPlace(weights: HostTensors, moments: HostTensors, gradients: HostTensors, norm: number, learningRate: number, step: number, settings: AdamSettings): void {
  const { beta1, beta2, epsilon, maxGradientNorm, weightDecay, rates = {} } = settings;
  const clip = maxGradientNorm > 0 ? Math.min(1, maxGradientNorm / (norm + 1e-6)) : 1;
  const [toFirst, toSecond] = [clip * (1 - beta1), clip * clip * (1 - beta2)];
  const spread = 1 / Math.sqrt(1 - beta2 ** step);
  for (const [name, { data: gradient }] of Object.entries(gradients)) {
    const { data: weight, shape } = weights[name];
    const [m, v] = [moments[firstMoment(name)].data, moments[secondMoment(name)].data];
    const rate = (rates[name] ?? learningRate) / (1 - beta1 ** step);
    const kept = weightDecay > 0 && shape.length > 1 ? 1 - learningRate * weightDecay : 1;
    for (let i = 0; i < weight.length; i++) {
      const g = gradient[i];
      m[i] = m[i] * beta1 + g * toFirst;
      v[i] = v[i] * beta2 + g * g * toSecond;
      weight[i] = weight[i] * kept - (m[i] / (Math.sqrt(v[i]) * spread + epsilon)) * rate;
    }
  }
}
