/** How fast a policy of given sizes decodes and learns on an engine, in a few seconds. `npm run bench` measures with more care. */
import type { Engine } from '../../compute/engine.ts';
import { trafficSince, type Traffic } from '../../compute/traffic.ts';
import { ProgramCache } from '../../compute/program-cache.ts';
import { imitationBatches } from '../../learn/imitate.ts';
import { Optimizer } from '../../learn/optimizer.ts';
import type { Sequence } from '../../learn/packing.ts';
import { updateRows } from '../../learn/packing.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { Generator } from '../../policy/generator.ts';
import { initialWeights } from '../../policy/weights.ts';
import { random } from '../../world/random.ts';
import { best } from './best.ts';

/** Tokens per second, and what a step of each kind gives to the engine and takes back. */
export interface PolicySpeed {
  /** Written in 64 episodes at once. */
  readonly decode: number;
  /** Of trajectories in an update: forward, backward, optimizer. */
  readonly train: number;
  /** A token for each of the 64 episodes; an update. */
  readonly traffic: { readonly decode: Traffic; readonly train: Traffic };
}

const slots = 64;

/** Measures with random weights and tokens. */
export async function policySpeed(engine: Engine, config: PolicyConfig): Promise<PolicySpeed> {
  const programs = new ProgramCache(engine);
  const draw = random('policy speed');
  const tokens = (length: number): number[] => Array.from({ length }, () => Math.floor(draw() * config.vocabulary));
  try {
    const [decode, train] = [await decodeSpeed(programs, config, tokens), await trainSpeed(programs, config, tokens)];
    return { decode: decode.speed, train: train.speed, traffic: { decode: decode.traffic, train: train.traffic } };
  } finally {
    await programs.dispose();
  }
}

interface Measured {
  readonly speed: number;
  readonly traffic: Traffic;
}

/** The speed of many, and what one more gives and takes. */
async function measured(programs: ProgramCache, speed: number, once: () => Promise<unknown>): Promise<Measured> {
  const before = programs.traffic;
  await once();
  return { speed, traffic: trafficSince(programs.traffic, before) };
}

async function decodeSpeed(programs: ProgramCache, config: PolicyConfig, tokens: (length: number) => number[]): Promise<Measured> {
  const generator = new Generator(programs, config, initialWeights(config, 1), slots, 1);
  const prompted = await generator.prompt(Array.from({ length: slots }, () => tokens(Math.min(96, config.context >> 2))));
  prompted.forEach(({ cache }, slot) => generator.cache.place(slot, cache));
  const steps = 8;
  const once = () => generator.step(Int32Array.from(tokens(slots)));
  const speed = await best(slots * steps, async () => {
    for (let step = 0; step < steps; step++) await once();
  });
  return measured(programs, speed, once);
}

async function trainSpeed(programs: ProgramCache, config: PolicyConfig, tokens: (length: number) => number[]): Promise<Measured> {
  const length = Math.min(200, config.context >> 1);
  const sequences = Array.from({ length: 32 }, (_, i): Sequence => ({ group: String(i >> 3), prompt: tokens(1), response: tokens(length), mask: new Array<number>(length).fill(1) }));
  const optimizer = new Optimizer(programs, config, initialWeights(config, 1), { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 });
  const batches = imitationBatches(config, sequences, updateRows);
  const once = () => optimizer.update(batches, 1e-4);
  return measured(programs, await best(sequences.length * length, once), once);
}
