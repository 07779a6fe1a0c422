/** How fast a policy of given sizes decodes and learns on an engine, in a few seconds. `npm run bench` measures with more care. */
import type { Engine } from '../../compute/engine.ts';
import { ProgramCache } from '../../compute/program-cache.ts';
import { imitationBatches } from '../../learn/imitate.ts';
import { Optimizer } from '../../learn/optimizer.ts';
import type { Sequence } from '../../learn/packing.ts';
import { updateRows } from '../../learn/step-ppo.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { Generator } from '../../policy/generator.ts';
import { initialWeights } from '../../policy/weights.ts';
import { random } from '../../world/random.ts';
import { best } from './best.ts';

/** Tokens per second. */
export interface PolicySpeed {
  /** Written in 64 episodes at once. */
  readonly decode: number;
  /** Of trajectories in an update: forward, backward, optimizer. */
  readonly train: number;
}

const slots = 64;

/** Measures with random weights and tokens. */
export async function policySpeed(engine: Engine, config: PolicyConfig): Promise<PolicySpeed> {
  const programs = new ProgramCache(engine);
  const draw = random('policy speed');
  const tokens = (length: number): number[] => Array.from({ length }, () => Math.floor(draw() * config.vocabulary));
  try {
    return { decode: await decodeSpeed(programs, config, tokens), train: await trainSpeed(programs, config, tokens) };
  } finally {
    await programs.dispose();
  }
}

async function decodeSpeed(programs: ProgramCache, config: PolicyConfig, tokens: (length: number) => number[]): Promise<number> {
  const generator = new Generator(programs, config, initialWeights(config, 1), slots, 1);
  const prompted = await generator.prompt(Array.from({ length: slots }, () => tokens(Math.min(96, config.context >> 2))));
  prompted.forEach(({ cache }, slot) => generator.cache.place(slot, cache));
  const steps = 8;
  return best(slots * steps, async () => {
    for (let step = 0; step < steps; step++) await generator.step(Int32Array.from(tokens(slots)));
  });
}

async function trainSpeed(programs: ProgramCache, config: PolicyConfig, tokens: (length: number) => number[]): Promise<number> {
  const length = Math.min(200, config.context >> 1);
  const sequences = Array.from({ length: 32 }, (_, i): Sequence => ({ group: String(i >> 3), prompt: tokens(1), response: tokens(length), mask: new Array<number>(length).fill(1) }));
  const optimizer = new Optimizer(programs, config, initialWeights(config, 1), { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 });
  const batches = imitationBatches(config, sequences, updateRows);
  return best(sequences.length * length, () => optimizer.update(batches, 1e-4));
}
