import { attemptSplits } from '../evaluate/attempts.ts';
import { summarize, type GroupSummary, type Summary } from '../evaluate/summary.ts';
import type { Setup } from '../run/training/setup.ts';
import { isAbort } from '../run/training/stop-request.ts';
import type { Arguments } from './arguments.ts';
import { jsonOption, type Command } from './command.ts';
import { EpisodeCounter } from './counter.ts';
import type { Override } from './experiment-file.ts';
import { exitCode } from './failure.ts';
import { json, line } from './io.ts';
import { interval, number, percent } from './numbers.ts';
import { numberChange, openPolicy, policyOptions } from './open-policy.ts';
import { takeSignals } from './stop.ts';
import { table } from './table.ts';

/** `steptool evaluate`: a policy on held-out tasks, the same ones as in training's own evaluations. */
export const evaluate: Command = {
  name: 'evaluate',
  usage: '<experiment file or run folder> [options]',
  summary: 'Measures a policy on tasks that it was not trained on.',
  details: 'Tasks, budgets and intervals are those of the experiment, so figures compare with those of its runs. Nothing is written.',
  takes: { least: 1, most: 1, what: 'the experiment file or run folder' },
  options: {
    ...policyOptions,
    split: { short: 's', value: 'split', multiple: true, help: 'Measure on this split: evaluation.splits. May be repeated.' },
    tasks: { short: 't', value: 'n', help: 'Tasks of each split: evaluation.tasksPerSplit.' },
    samples: { short: 'n', value: 'n', help: 'Attempts at each task: evaluation.samplesPerTask.' },
    temperature: { value: 'number', help: 'Sampling temperature, 0 for the likeliest token: evaluation.temperature.' },
    ...jsonOption,
  },
  examples: [
    ['runs/quickstart/20250101-120000-1a2b', 'The newest checkpoint of a run.'],
    ['runs/quickstart/20250101-120000-1a2b --checkpoint 0 --tasks 500', 'What it started from, on more tasks.'],
    ['examples/quickstart.steptool.json -s combinations -n 4', 'What the quickstart starts from: one split, four attempts at each task.'],
  ],
  async run(args, io) {
    const counter = new EpisodeCounter(io.err);
    // From the start on: what is asked for while the policy is being opened holds, too.
    const stopper = takeSignals((stage) => void (stage === 'now' && process.exit(exitCode.stopped)), () => {});
    try {
      const { setup, origin } = await openPolicy(args, changesOf(args), io);
      const { experiment, engine, programs } = setup;
      const summary = await measure(setup, counter, stopper.request.gently).finally(() => programs.dispose());
      if (args.flag('json')) json(io.out, { policy: origin, engine: engine.engine.name, evaluation: experiment.evaluation, ...summary });
      else line(io.out, `Policy: ${origin}\n\n${summaryText(summary, experiment.evaluation.confidence)}`);
      return exitCode.done;
    } catch (error) {
      if (!isAbort(error) || !stopper.request.gently.aborted) throw error;
      counter.clear();
      // Figures of those that are done would be the figures of the quick ones.
      line(io.err, `Stopped ${counter.all === 0 ? 'before an episode was done' : `after ${counter.done} of ${counter.all} episodes`}: nothing is measured, and nothing was written.`);
      return exitCode.stopped;
    } finally {
      stopper.release();
    }
  },
};

function changesOf(args: Arguments): Override[] {
  const splits = args.texts('split');
  return [
    ...(splits.length > 0 ? [{ path: 'evaluation.splits', value: splits }] : []),
    ...numberChange(args, 'tasks', 'evaluation.tasksPerSplit'),
    ...numberChange(args, 'samples', 'evaluation.samplesPerTask'),
    ...numberChange(args, 'temperature', 'evaluation.temperature'),
  ];
}

/** @throws the reason of the signal */
async function measure({ experiment, world, programs, config, tokenizer, initial: weights }: Setup, counter: EpisodeCounter, signal: AbortSignal): Promise<Summary> {
  const attempts = await attemptSplits(world, { programs, config, tokenizer, weights }, experiment, (done, all) => counter.count(done, all), signal);
  return summarize(attempts.map(({ result }) => result), { confidence: experiment.evaluation.confidence, seed: experiment.seed });
}

/** A table, a line a split and one for their mean. */
function summaryText({ splits, macro }: Summary, confidence: number): string {
  const rate = (group: Pick<GroupSummary, 'passRate'>): string[] => [percent(group.passRate.estimate), interval(group.passRate.low, group.passRate.high)];
  const best = splits[0]?.passAt.at(-1);
  const k = best && best.k > 1 ? best.k : undefined;
  return table([
    ['Split', 'Pass rate', `${number(confidence * 100)} % interval`, ...(k ? [`Pass@${k}`] : []), 'Tasks', 'Steps', "Steps / oracle's", 'Answered', 'Gave up', 'Cut off', 'Failed calls'],
    ...splits.map((split) => [
      split.split, ...rate(split), ...(k ? [percent(split.passAt.at(-1)!.rate)] : []), String(split.tasks), split.meanSteps.toFixed(2), split.solvedSteps?.ratio.estimate.toFixed(2) ?? '-',
      percent(split.finishRate), percent(split.gaveUpRate), percent(split.truncatedRate), percent(split.failureShare),
    ]),
    ['mean', ...rate(macro), ...(k ? [''] : []), '', macro.meanSteps.toFixed(2), '', percent(macro.finishRate), '', '', percent(macro.failureShare)],
  ], 'right');
}
