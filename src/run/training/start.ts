/** Starting and resuming runs: from an experiment's text, or a run's folder, to a finished, stopped or failed run. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Experiment } from '../../config/schema.ts';
import { createRun } from '../folder/create.ts';
import { readCheckpoint } from '../folder/checkpoint-read.ts';
import { RunFolderError } from '../folder/errors.ts';
import { runPath } from '../folder/paths.ts';
import { openForResume } from '../folder/resume.ts';
import type { RunWriter } from '../folder/writer.ts';
import { packageRoot } from '../package-root.ts';
import { checkWeights } from '../policy-folder.ts';
import type { Listener } from './events.ts';
import { openSetup } from './setup.ts';
import { parameterCount } from '../../policy/weights.ts';
import { Stopped, train, type StopRequest, type TrainingResult } from './train.ts';

export type RunResult = TrainingResult & { readonly folder: string };

export interface ExperimentFile {
  readonly path: string;
  readonly text: Uint8Array;
  readonly experiment: Experiment;
}

/** Versions of what a run's numbers depend on. */
function versions(): Record<string, string> {
  const read = (path: string): string => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  const root = packageRoot();
  return { steptool: read(join(root, 'package.json')), node: process.versions.node };
}

/** Runs go to `runs/<name>/` beside the experiment file, or to `output.folder`, which is relative to it. */
export const runsRoot = ({ path, experiment }: Pick<ExperimentFile, 'path' | 'experiment'>): string =>
  resolve(dirname(path), experiment.output.folder ?? 'runs');

/** Starts a new run. */
export async function startRun(file: ExperimentFile, listener: Listener, stop: StopRequest): Promise<RunResult> {
  const { experiment, path, text } = file;
  const setup = await openSetup(experiment, path);
  const { engine, reason } = setup.engine;
  const writer = createRun({
    root: runsRoot(file), experimentName: experiment.name, experimentPath: path, experimentText: text, resolved: experiment,
    seeds: { experiment: experiment.seed, world: experiment.world.seed }, engine: { name: engine.name, reason, threads: engine.threads }, versions: versions(),
  });
  listener({ kind: 'started', folder: writer.folder, engine: engine.name, reason, parameters: parameterCount(setup.config), iterations: experiment.algorithm.iterations });
  writer.log('info', `Starts from ${setup.origin}`);
  return guarded(writer, () => train(setup, writer, listener, stop), setup.programs);
}

/** Continues a run from its newest good checkpoint, with the experiment as it was when the run began. */
export async function resumeRun(folder: string, listener: Listener, stop: StopRequest): Promise<RunResult> {
  const { writer, checkpoint, warnings } = await openForResume(resolve(folder));
  return guarded(writer, async () => {
    for (const message of warnings) listener({ kind: 'warning', message });
    const experiment = JSON.parse(readFileSync(runPath.resolved(writer.folder), 'utf8')) as Experiment;
    const setup = await openSetup(experiment, writer.run.experiment.path);
    const { engine } = setup.engine;
    if (engine.name !== writer.run.engine.name || engine.threads !== writer.run.engine.threads)
      listener({ kind: 'warning', message: `The run began on ${writer.run.engine.name} with ${writer.run.engine.threads} threads and goes on with ${engine.name} and ${engine.threads}: the rest will not equal an uninterrupted run to the last bit.` });
    listener({ kind: 'started', folder: writer.folder, engine: engine.name, reason: setup.engine.reason, parameters: parameterCount(setup.config), iterations: experiment.algorithm.iterations, resumedFrom: checkpoint?.iteration });
    const resumed = checkpoint && { checkpoint, reference: checkWeights(await (await readCheckpoint(writer.folder, 0)).weights(), setup.config, writer.folder) };
    return train(setup, writer, listener, stop, resumed).finally(() => setup.programs.dispose());
  });
}

/** Runs the work and records how it ended; whatever goes wrong, the folder is left resumable and unlocked. */
async function guarded(writer: RunWriter, work: () => Promise<TrainingResult>, programs?: { dispose(): Promise<void> }): Promise<RunResult> {
  try {
    return { ...(await work()), folder: writer.folder };
  } catch (error) {
    const stopped = error instanceof Stopped || (error instanceof Error && error.name === 'AbortError');
    const code = error instanceof RunFolderError ? error.code : 'error';
    try {
      if (stopped) writer.end('stopped');
      else writer.end('failed', { message: error instanceof Error ? error.message : String(error), code });
    } catch {
      writer.close(); // the disk refuses this too; the first error is the one to show
    }
    if (stopped) return { status: 'stopped', iteration: 0, summaries: new Map(), folder: writer.folder };
    throw error;
  } finally {
    await programs?.dispose();
  }
}
