/** Llama 3's scaling of angles, told from the divisors that GGUF files have in its place. */
import { headSize, type PolicyConfig, type RopeScaling } from './config.ts';
import { ropeFrequencies } from './rope-frequencies.ts';

/** As Meta published it with Llama 3.1 and 3.3, and with 3.2. */
const published = [8, 32].map((factor) => ({ kind: 'llama3', factor, lowFrequency: 1, highFrequency: 4, originalContext: 8192 }) as const satisfies RopeScaling);

/** What files in single precision, made by whatever program, leave open of a divisor. */
const tolerance = 1e-4;

/** The scaling that divides the angles of a config by these divisors; undefined if none that was published does. */
export function llama3Scaling(config: PolicyConfig, divisors: readonly number[]): RopeScaling | undefined {
  const plain = ropeFrequencies(headSize(config), config.ropeTheta);
  return published.find((scaling) =>
    ropeFrequencies(headSize(config), config.ropeTheta, scaling).every((stretched, pair) => Math.abs((divisors[pair] * stretched) / plain[pair] - 1) < tolerance));
}
