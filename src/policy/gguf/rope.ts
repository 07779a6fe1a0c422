/** How a GGUF file stretches the angles of the rotary embedding: by one factor in its metadata, by a divisor for each pair in a tensor. */
import { headSize, type PolicyConfig, type RopeScaling } from '../config.ts';
import type { GgufHeader, GgufTensor } from './header.ts';

/** The tensor of divisors, [head size / 2]: Llama 3's scaling, worked out by whoever made the file. */
export const divisorsName = 'rope_freqs.weight';

/**
 * The scaling that the metadata asks for. As in llama.cpp a factor without a type is linear, and has an older name.
 * @param family the prefix of its keys; @param number reads a positive number of it
 * @throws for a kind that is not run, and for a kind without its factor
 */
export function linearScaling({ metadata }: GgufHeader, family: string, number: (key: string) => number | undefined, where: string): RopeScaling | undefined {
  const type = metadata.get(`${family}.rope.scaling.type`);
  if (type === 'none') return undefined;
  if (type !== undefined && type !== 'linear') throw new Error(`${where}: '${family}.rope.scaling.type' is ${JSON.stringify(String(type))}; this version runs "linear" only.`);
  const factor = number('rope.scaling.factor') ?? number('rope.scale_linear');
  if (factor === undefined && type === 'linear') throw new Error(`${where}: '${family}.rope.scaling.factor' is missing.`);
  return factor === undefined || factor === 1 ? undefined : { kind: 'linear', factor };
}

/** @throws naming the tensor where it has not one divisor for each pair of a head: by its shape, before it is read */
export function requireDivisors({ name, shape }: GgufTensor, config: PolicyConfig, where: string): void {
  const pairs = headSize(config) / 2;
  if (shape.length !== 1 || shape[0] !== pairs) throw new Error(`${where}: tensor '${name}' is [${shape.join(', ')}]; heads of ${headSize(config)} ask for [${pairs}].`);
}

/**
 * The config with its angles divided, by the linear factor too where there is one.
 * @throws naming the place of a divisor that is none
 */
export function withDivisors(config: PolicyConfig, divisors: readonly number[], where: string): PolicyConfig {
  const place = divisors.findIndex((divisor) => !(divisor > 0 && Number.isFinite(divisor)));
  if (place >= 0) throw new Error(`${where}: tensor '${divisorsName}' holds ${divisors[place]} at place ${place}; angles are divided by positive numbers.`);
  const factor = config.ropeScaling?.kind === 'linear' ? config.ropeScaling.factor : 1;
  return { ...config, ropeScaling: { kind: 'factors', factors: divisors.map((divisor) => divisor * factor) } };
}
