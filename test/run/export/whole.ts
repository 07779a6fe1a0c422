import { mergedTensors, withoutAdapter, type Unmerged } from '../../../src/policy/merge.ts';

/** A policy with its adapter multiplied out, all in memory. */
export const whole = (policy: Unmerged): Unmerged => ({
  config: withoutAdapter(policy.config),
  weights: Object.fromEntries(mergedTensors(policy).map(({ name, shape, data }) => [name, { shape, dtype: 'float32', data: data() }])),
});
