/** How a policy is held while it is trained: which runs compute activations twice, and which hold frozen matrices as halves. */
import { holdsHalves } from '../compute/names.ts';
import type { Experiment } from '../config/schema.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { onHost, predictMemory, type MemorySettings } from './memory.ts';

/** Of the machine's memory, what a run may take before it recomputes: the rest is the system's and other programs'. */
const share = 0.75;

/**
 * The policy as it is trained: with frozen halves where the experiment says so and something is, or by default where its file has halves and
 * the engine takes them; with `recompute` where the experiment says so, or where by default it would not fit without.
 * What is free now is not looked at: a run that goes on must come to the same answer.
 * @param sizes of which `frozen` says what the file has; @param engine its name; @param machine bytes that the machine has
 */
export function fitted(sizes: PolicyConfig, experiment: MemorySettings & { readonly engine: Pick<Experiment['engine'], 'recompute' | 'frozen'> }, engine: string, machine: number): PolicyConfig {
  const { frozen: stored, ...rest } = sizes;
  const asked = experiment.engine.frozen;
  const halves = sizes.adapter && (asked === 'float16' || (asked === 'auto' && stored === 'float16' && holdsHalves(engine)));
  const config: PolicyConfig = halves ? { ...rest, frozen: 'float16' } : rest;
  const recomputing: PolicyConfig = { ...config, recompute: true };
  switch (experiment.engine.recompute) {
    case 'always': return recomputing;
    case 'never': return config;
    case 'auto': return onHost(predictMemory(config, experiment, engine), engine) > share * machine ? recomputing : config;
  }
}
