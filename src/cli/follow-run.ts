/** What `train` and `resume` share: watching a run, stopping it when asked, and telling what came of it. */
import { watchman } from '../compute/watchman.ts';
import type { Experiment } from '../config/schema.ts';
import { listCheckpoints, readCheckpoint } from '../run/folder/checkpoint-read.ts';
import { writeReport } from '../run/report/write.ts';
import type { Listener, TrainingEvent } from '../run/training/events.ts';
import { owedOf, warmStartOf } from '../run/training/place.ts';
import type { RunResult } from '../run/training/start.ts';
import type { StopRequest } from '../run/training/stop-request.ts';
import type { Arguments } from './arguments.ts';
import type { Options } from './command.ts';
import { exitCode, type ExitCode } from './failure.ts';
import { invocation, shortPath } from './invocation.ts';
import { json, line, type Io } from './io.ts';
import { openView, QuietView } from './progress-view.ts';
import { isRespawned, leaveWord } from '../run/respawn.ts';
import { readResults, resultsText } from './results.ts';
import { takeSignals, type StopStage } from './stop.ts';

export const runOptions: Options = {
  quiet: { short: 'q', help: 'Show no progress, only warnings and the result.' },
  'no-report': { help: 'Do not write report.html into the run folder.' },
};

/** What a request to stop comes to, by what was last heard of the run. */
function stopWords(stage: StopStage, last: TrainingEvent['kind'] | undefined): string {
  if (stage === 'now') return 'Stopping now.';
  const first = last === 'evaluating' ? 'Leaving the measurement for later' : last === 'warmStart' ? 'Finishing the update' : 'Finishing the iteration';
  return `${first}, then stopping; Ctrl-C again to stop now.`;
}

/** Follows a run to its end, however it ends. Throws what the run throws. */
export async function followRun(experiment: Experiment, work: (listener: Listener, stop: StopRequest) => Promise<RunResult>, args: Arguments, io: Io): Promise<ExitCode> {
  const { algorithm: { iterations }, evaluation: { every } } = experiment;
  const view = args.flag('quiet') ? new QuietView(io.err) : openView({ plan: { iterations, evaluateEvery: every }, channel: io.err, where: shortPath });
  const stopper = takeSignals((stage) => view.say(stopWords(stage, last)), () => process.exit(exitCode.stopped));
  let folder: string | undefined;
  let last: TrainingEvent['kind'] | undefined;
  let result: RunResult;
  try {
    result = await work((event) => {
      if (event.kind === 'started') {
        leaveWord(soFar(folder = event.folder));
        watchman.tell(soFar(folder));
      }
      last = event.kind;
      // A parent that opened a channel (the editor) hears the same, and logs warnings as such.
      const isHeard = process.connected && !isRespawned();
      if (isHeard) process.send?.(event, undefined, undefined, () => {}); // a parent that has just gone needs no answer
      if (!isHeard || event.kind !== 'warning') view.handle(event);
    }, stopper.request);
  } catch (error) {
    view.close();
    if (folder !== undefined) line(io.err, soFar(folder));
    throw error;
  } finally {
    view.close();
    stopper.release();
  }
  return tellResult(result, experiment, args, io);
}

const soFar = (folder: string): string => `The run so far is in ${shortPath(folder)}. To continue it: ${invocation('resume', shortPath(folder))}`;

async function tellResult({ status, folder }: RunResult, experiment: Experiment, args: Arguments, io: Io): Promise<ExitCode> {
  const { confidence } = experiment.evaluation;
  const results = await readResults(folder, confidence);
  const isStopped = status === 'stopped';
  const report = args.flag('no-report') ? undefined : await writtenReport(folder, io);
  const resume = isStopped ? invocation('resume', shortPath(folder)) : undefined;
  if (args.flag('json')) json(io.out, { ...results, report: report ?? null, ...(resume === undefined ? {} : { resume }) });
  else {
    line(io.out, `\n${resultsText(results, confidence, io.out.paint)}`);
    line(io.out, `Run folder    ${shortPath(folder)}`);
    if (report !== undefined) line(io.out, `Report        ${shortPath(report)}`);
    if (resume !== undefined) line(io.out, `\nStopped ${await whereStopped(folder, experiment)}. To continue: ${resume}`);
  }
  return isStopped ? exitCode.stopped : exitCode.done;
}

/** The run is done and safe by now: a report that cannot be written is a pity, no failure. */
async function writtenReport(folder: string, io: Io): Promise<string | undefined> {
  try {
    return await writeReport(folder);
  } catch (error) {
    line(io.err, `The report was not written: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function whereStopped(folder: string, { algorithm: { iterations }, warmStart: { steps } }: Experiment): Promise<string> {
  const last = (await listCheckpoints(folder)).at(-1);
  if (last === undefined) return 'before the first checkpoint: continuing starts over';
  const { state } = await readCheckpoint(folder, last);
  const warmStart = warmStartOf(state);
  if (warmStart) return `with the checkpoint of update ${warmStart.update} of ${steps} of the warm start`;
  const left = owedOf(state) ? ', which is still to be measured' : last === iterations ? '; only the last measurement is left' : '';
  return `with the checkpoint of iteration ${last}${left}`;
}
