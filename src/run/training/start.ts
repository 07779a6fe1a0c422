/** Starting and resuming runs: from an experiment's text, or a run's folder, to a finished, stopped or failed run. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Experiment } from '../../config/schema.ts';
import { createRun } from '../folder/create.ts';
import { listCheckpoints } from '../folder/checkpoint-read.ts';
import { readHead } from '../folder/reader.ts';
import { openForResume } from '../folder/resume.ts';
import type { RunWriter } from '../folder/writer.ts';
import { packageRoot } from '../package-root.ts';
import type { Listener } from './events.ts';
import { prepareLastWords } from './last-words.ts';
import { readResolved } from './read-resolved.ts';
import { differences, experimentPath, referenceOf } from './resumable.ts';
import { openRecorded } from './recorded.ts';
import { openSetup, type Setup } from './setup.ts';
import { parameterCount, trainedCount } from '../../policy/weights.ts';
import { warmStartOf } from './place.ts';
import { tellMemory } from './rehearse.ts';
import { codeOf, logFailure } from './rescue.ts';
import { isAbort, Stopped, type StopRequest } from './stop-request.ts';
import { train, type TrainingResult } from './train.ts';

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

/** The folder that runs are made in, each as `<name>/<id>`: `runs` beside the experiment file, or `output.folder`, relative to the file. */
export const runsRoot = ({ path, experiment }: Pick<ExperimentFile, 'path' | 'experiment'>): string =>
  resolve(dirname(path), experiment.output.folder ?? 'runs');

/** What is opened first, as the experiment names it. */
const openedFirst = ({ policy: { checkpoint } }: ExperimentFile['experiment']): string =>
  checkpoint === 'bundled' ? 'the bundled policy' : checkpoint ?? 'the engine';

/** Starts a new run. @param open opens what the experiment names; for tests */
export async function startRun(file: ExperimentFile, listener: Listener, stop: StopRequest, open: typeof openSetup = openSetup): Promise<RunResult> {
  const { experiment, path, text } = file;
  listener({ kind: 'opening', what: openedFirst(experiment) });
  const setup = await withRecorded(await open(experiment, path), path);
  const { engine, reason } = setup.engine;
  const writer = createRun({
    root: runsRoot(file), experimentName: experiment.name, experimentPath: resolve(path), experimentText: text, resolved: experiment,
    seeds: { experiment: experiment.seed, world: experiment.world.seed }, engine: { name: engine.name, reason, threads: engine.threads }, versions: versions(),
  });
  listener({ kind: 'started', folder: writer.folder, engine: engine.name, reason, ...sizesOf(setup), iterations: experiment.algorithm.iterations });
  writer.log('info', `Starts from ${setup.origin}`);
  if (setup.recorded) writer.log('info', `Trains on ${setup.recorded.summary}`);
  return guarded(writer, async () => {
    tellMemory(setup, writer, listener);
    return train(setup, writer, listener, stop);
  }, setup.programs);
}

/** Parameters, and those of them that are trained, where others are frozen. */
const sizesOf = ({ config }: Setup): { readonly parameters: number; readonly trained?: number } =>
  ({ parameters: parameterCount(config), ...(config.adapter ? { trained: trainedCount(config) } : {}) });

/** With the recorded trajectories that the experiment trains on, if it does. */
async function withRecorded(setup: Setup, path: string): Promise<Setup> {
  const recorded = await openRecorded(setup.experiment, path, setup.world, setup.tokenizer);
  return recorded ? { ...setup, recorded } : setup;
}

/** Continues a run from its newest good checkpoint, with the experiment as it was when the run began. */
export async function resumeRun(folder: string, listener: Listener, stop: StopRequest): Promise<RunResult> {
  const head = await readHead(folder);
  const experiment = readResolved(head.folder); // ahead of all else: opening for resume takes back what came after the checkpoint
  const { writer, checkpoint, warnings } = await openForResume(head.folder);
  return guarded(writer, async () => {
    const { run } = writer;
    const warn = (message: string): void => listener({ kind: 'warning', message });
    warnings.forEach(warn);
    listener({ kind: 'opening', what: openedFirst(experiment) });
    const path = experimentPath(writer.folder, run.experiment.path, experiment);
    const setup = await withRecorded(await openSetup(experiment, path, checkpoint && ((config, base) => referenceOf(writer.folder, config, base)), run.engine.name), path);
    const { engine, reason } = setup.engine;
    for (const message of differences(run, { engine, versions: versions() })) {
      warn(message);
      writer.log('warning', message);
    }
    listener({ kind: 'started', folder: writer.folder, engine: engine.name, reason, ...sizesOf(setup), iterations: experiment.algorithm.iterations, resumedFrom: checkpoint?.iteration, warmStartFrom: checkpoint && warmStartOf(checkpoint.state)?.update });
    tellMemory(setup, writer, listener);
    return train(setup, writer, listener, stop, checkpoint).finally(() => setup.programs.dispose());
  });
}

/** Runs the work and records how it ended; whatever goes wrong, the folder is left resumable and unlocked. */
async function guarded(writer: RunWriter, work: () => Promise<TrainingResult>, programs?: { dispose(): Promise<void> }): Promise<RunResult> {
  const unsaid = prepareLastWords(writer);
  try {
    return { ...(await work()), folder: writer.folder };
  } catch (error) {
    const stopped = error instanceof Stopped || isAbort(error);
    try {
      if (!stopped) logFailure(writer, error);
      if (stopped) writer.end('stopped');
      else writer.end('failed', { message: error instanceof Error ? error.message : String(error), code: codeOf(error) });
    } catch {
      writer.close(); // the disk refuses this too; the first error is the one to show
    }
    if (stopped) return { status: 'stopped', iteration: (await listCheckpoints(writer.folder)).at(-1) ?? 0, summaries: new Map(), folder: writer.folder };
    throw error;
  } finally {
    unsaid();
    await programs?.dispose();
  }
}
