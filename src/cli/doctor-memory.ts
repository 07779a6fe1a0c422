/** What the doctor says of an experiment file: its model, the memory that its run takes, part by part, and whether there is as much. */
import { machineMemory, type MachineMemory } from '../compute/machine.ts';
import { fitted } from '../learn/fit.ts';
import { bytesText, MemoryError, onHost, predictMemory, requireFits, whatToLower } from '../learn/memory.ts';
import type { Experiment } from '../config/schema.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { openSizes } from '../run/training/setup.ts';
import type { ExperimentFile } from '../run/training/start.ts';
import type { Check } from './checks.ts';
import { checkModel } from './doctor-model.ts';

/** Why a run of the experiment, with a policy of these sizes, would be refused on this machine; undefined where it fits. */
export function memoryWarning(experiment: Experiment, config: PolicyConfig, { total }: MachineMemory = machineMemory()): string | undefined {
  try {
    const engine = experiment.engine.name === 'auto' ? 'onnx:cpu' : experiment.engine.name;
    requireFits(predictMemory(fitted(config, experiment, engine, total), experiment, engine), engine, total);
    return undefined;
  } catch (error) {
    if (error instanceof MemoryError) return error.message;
    throw error;
  }
}

/** @param auto the engine that `auto` comes to here */
export async function checkRun({ experiment, path }: Pick<ExperimentFile, 'experiment' | 'path'>, auto: string, { total, free }: MachineMemory = machineMemory()): Promise<Check[]> {
  const engine = experiment.engine.name === 'auto' ? auto : experiment.engine.name;
  try {
    const sizes = await openSizes(experiment, path);
    const config = fitted(sizes.config, experiment, engine, total);
    const prediction = predictMemory(config, experiment, engine);
    const needed = onHost(prediction, engine);
    const parts = prediction.parts.filter(({ bytes }) => bytes >= 0.5e6).map(({ name, bytes }) => `${name} ${bytesText(bytes)}`).join(', ');
    const isAllHere = needed === prediction.total;
    const all = isAllHere && needed <= total ? ` of ${bytesText(total)}` : '';
    const elsewhere = isAllHere ? '' : `, ${bytesText(prediction.total - needed)} of it on the device of ${engine} and the rest of the machine's ${bytesText(total)}`;
    return [checkModel(experiment, sizes), {
      name: 'Run', ok: needed <= total, detail: `about ${bytesText(prediction.total)}${all} of memory at its peak${prediction.recomputes ? ', recomputing activations' : ''}${elsewhere}: ${parts}`,
      figures: { predictedBytes: Math.round(prediction.total), hostBytes: Math.round(needed), freeBytes: free },
      ...(needed > total ? { remedy: `The machine has ${bytesText(total)}. ${whatToLower(prediction)}` } : needed > free ? { remedy: `Only ${bytesText(free)} are free now: close other programs, or expect it to be slow or killed. ${whatToLower(prediction)}` } : {}),
    }];
  } catch (error) {
    return [{ name: 'Run', ok: false, detail: error instanceof Error ? error.message : String(error), remedy: 'Correct the experiment file: steptool validate says where.' }];
  }
}
