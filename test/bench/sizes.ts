/** The work of benches: policies of several sizes, and samples for their updates. */
import type { PolicyConfig } from '../../src/policy/config.ts';
import { random } from '../../src/world/random.ts';

export interface Size {
  readonly config: PolicyConfig;
  /** Of an update. */
  readonly samples: number;
  /** Sequences decoded at once. */
  readonly slots: number;
}

/** Lengths of a sample's prompt and response; samples of one task have their prompt in common. */
export interface Lengths {
  readonly task: number;
  readonly prompt: number;
  readonly response: number;
}

export const llama = (width: number, layers: number, heads: number, keyValueHeads: number, feedForward: number, vocabulary: number): PolicyConfig =>
  ({ width, layers, heads, keyValueHeads, feedForward, vocabulary, context: 512, ropeTheta: 10000, normEpsilon: 1e-5 });
/** By millions of parameters; the last is SmolLM2-135M's. */
const sizes: Readonly<Record<string, Size>> = {
  1: { config: llama(128, 5, 4, 2, 352, 1024), samples: 32, slots: 64 },
  5: { config: llama(256, 6, 8, 4, 704, 1024), samples: 16, slots: 64 },
  25: { config: llama(512, 8, 8, 4, 1408, 2048), samples: 8, slots: 64 },
  135: { config: llama(576, 30, 9, 3, 1536, 49152), samples: 4, slots: 8 },
};
/** The same work for both: samples that fill lines of 256 tokens, with nothing in common. */
export const plain = (samples: number): Lengths[] => Array.from({ length: samples }, (_, task) => ({ task, prompt: 1, response: 255 }));
/** As runs have it: four samples a task, prompts of 68 to 86 tokens, responses of 40 to 240. */
export function asInRuns(samples: number): Lengths[] {
  const draw = random('lengths');
  return Array.from({ length: samples }, (_, i) => ({ task: i >> 2, prompt: 68 + ((i >> 2) % 4) * 6, response: 40 + Math.floor(draw() * 201) }));
}

/** One of the sizes, by its millions of parameters. */
export function sizeNamed(name: string): Size {
  const size = sizes[name];
  if (size === undefined) throw new Error(`There is no size ${name}. Sizes: ${Object.keys(sizes).join(', ')}.`);
  return size;
}
