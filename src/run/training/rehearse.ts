/** Memory of a run, told before it begins; where it may be short, its largest step is tried before the first is made. */
import { machineMemory } from '../../compute/machine.ts';
import { bytesText, mostLive, onHost, whatToLower } from '../../learn/memory.ts';
import type { StepPpo } from '../../learn/step-ppo.ts';
import { Generator } from '../../policy/generator.ts';
import type { RunWriter } from '../folder/writer.ts';
import type { Listener } from './events.ts';
import type { Setup } from './setup.ts';

/** From this share of the free memory on, a run is rehearsed: it costs an update's time, seconds at most. */
const tight = 0.5;

const needed = ({ memory, engine }: Pick<Setup, 'memory' | 'engine'>): number => onHost(memory, engine.engine.name);

/** Whether a run may come to want more memory than there is. That of a graphics card is not known: there it may always. */
export const isTight = (setup: Pick<Setup, 'memory' | 'engine'>, free: number = machineMemory().free): boolean =>
  needed(setup) > tight * free || needed(setup) < setup.memory.total;

/** Writes the prediction into the log, and warns of one that is more than is free now. */
export function tellMemory(setup: Pick<Setup, 'memory' | 'engine'>, writer: Pick<RunWriter, 'log'>, listener: Listener, { free } = machineMemory()): void {
  const { memory } = setup;
  writer.log('info', `Will take about ${bytesText(memory.total)} of memory${memory.recomputes ? ', recomputing activations (engine.recompute)' : ''}`, { predictedBytes: Math.round(memory.total), freeBytes: free, parts: memory.parts.map(({ name, bytes }) => ({ name, bytes: Math.round(bytes) })) });
  if (needed(setup) <= free) return;
  const message = `The run will take about ${bytesText(needed(setup))} of memory, and only ${bytesText(free)} are free: close other programs. ${whatToLower(memory)}`;
  listener({ kind: 'warning', message });
  writer.log('warning', message);
}

/**
 * Makes room for the longest episodes, all at once, and computes the largest update, forgetting both.
 * @throws EngineError if there is not enough memory
 */
export async function rehearse({ experiment, programs, config }: Pick<Setup, 'experiment' | 'programs' | 'config'>, learner: StepPpo, writer: Pick<RunWriter, 'log'>): Promise<void> {
  const started = performance.now();
  const { rollout } = experiment;
  const slots = mostLive(experiment);
  const generator = new Generator(programs, config, learner.optimizer.weights, slots, rollout.temperature);
  try {
    if (generator.cache.resident) await generator.step(new Int32Array(slots)); // growing takes more there than being large
    generator.reserve(rollout.maxTokens);
    await generator.step(new Int32Array(slots));
  } finally {
    await generator.dispose();
  }
  await learner.rehearse(rollout.maxTokens);
  writer.log('info', `The largest step was tried before the first, in ${((performance.now() - started) / 1e3).toFixed(1)} s: it fits`, { residentBytes: process.memoryUsage().rss });
}
