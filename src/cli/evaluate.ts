import { capital } from '../../webview/shared/format.ts';
import type { Experiment } from '../config/schema.ts';
import { attemptSplits } from '../evaluate/attempts.ts';
import { comparePassRates, type Comparison } from '../evaluate/compare.ts';
import type { Interval } from '../evaluate/intervals.ts';
import { summarize, type AttemptResult, type GroupSummary, type Summary } from '../evaluate/summary.ts';
import { isAbort } from '../run/training/stop-request.ts';
import type { Arguments } from './arguments.ts';
import { jsonOption, type Command } from './command.ts';
import { EpisodeCounter } from './counter.ts';
import type { Override } from './experiment-file.ts';
import { exitCode } from './failure.ts';
import { json, line } from './io.ts';
import { interval, number, percent, pointsAndInterval } from './numbers.ts';
import { numberChange, policiesOf, policyOptions, type OpenedPolicy } from './open-policy.ts';
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
    against: { value: 'checkpoint', help: 'Measure this checkpoint too, on the same tasks, and tell by how much the policy is above it.' },
    ...jsonOption,
  },
  examples: [
    ['runs/quickstart/20250101-120000-1a2b', 'The newest checkpoint of a run.'],
    ['runs/quickstart/20250101-120000-1a2b --checkpoint 0 --tasks 500', 'What it started from, on more tasks.'],
    ['runs/quickstart/20250101-120000-1a2b --against 0 --tasks 500', 'By how much the run raised the pass rate, with an interval that compares task by task.'],
    ['examples/quickstart.steptool.json -s combinations -n 4', 'What the quickstart starts from: one split, four attempts at each task.'],
  ],
  async run(args, io) {
    const counter = new EpisodeCounter(io.err);
    // From the start on: what is asked for while the policy is being opened holds, too.
    const stopper = takeSignals((stage) => void (stage === 'now' && process.exit(exitCode.stopped)), () => {});
    try {
      const find = await policiesOf('evaluate', ['checkpoint', 'against'], args, changesOf(args), io);
      const [open, openOther] = [await find('checkpoint'), args.text('against') === undefined ? undefined : await find('against')];
      // what cannot be opened is told before the first measurement, which may take long
      if (openOther) await (await open()).setup.programs.dispose();
      const measureNext = async (policy: OpenedPolicy): Promise<Measured> => measure(policy, openOther ? counter.named(policy.name) : counter, stopper.request.gently);
      const other = openOther && await measureNext(await openOther());
      const measured = await measureNext(await open());
      const change = other && comparePassRates(other.results, measured.results, { ...measured.options, names: [other.name, measured.name] });
      if (args.flag('json')) json(io.out, { ...documentOf(measured), ...(other && { against: documentOf(other), change }) });
      else line(io.out, [...(other ? [policyText(other)] : []), policyText(measured), ...(other && change ? [changeText(measured, other, change)] : [])].join('\n\n'));
      return exitCode.done;
    } catch (error) {
      if (!isAbort(error) || !stopper.request.gently.aborted) throw error;
      counter.clear();
      // Figures of those that are done would be the figures of the quick ones.
      line(io.err, `Stopped ${counter.all === 0 ? 'before an episode was done' : `after ${counter.done} of ${counter.all} episodes${counter.of}`}: nothing is measured, and nothing was written.`);
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

interface Measured extends Pick<OpenedPolicy, 'name'> {
  readonly policy: string;
  readonly engine: string;
  readonly evaluation: Experiment['evaluation'];
  readonly results: readonly AttemptResult[];
  readonly summary: Summary;
  readonly options: { readonly confidence: number; readonly seed: number };
}

/** Measures a policy and lets go of it. @throws the reason of the signal */
async function measure({ setup, origin, name }: OpenedPolicy, counter: EpisodeCounter, signal: AbortSignal): Promise<Measured> {
  const { experiment, world, programs, config, tokenizer, initial: weights, engine } = setup;
  const attempts = await attemptSplits(world, { programs, config, tokenizer, weights }, experiment, (done, all) => counter.count(done, all), signal).finally(() => programs.dispose());
  const results = attempts.map(({ result }) => result);
  const { evaluation, seed } = experiment;
  const options = { confidence: evaluation.confidence, seed };
  return { name, policy: origin, engine: engine.engine.name, evaluation, results, summary: summarize(results, options), options };
}

const documentOf = ({ policy, engine, evaluation, summary }: Measured) => ({ policy, engine, evaluation, ...summary });
const policyText = ({ policy, summary, options }: Measured): string => `Policy: ${policy}\n\n${summaryText(summary, options.confidence)}`;

/** By how much a policy is above another: a line a split, and one for their mean. */
function changeText({ policy, options: { confidence } }: Measured, other: Measured, { splits, macro }: Comparison): string {
  const row = (name: string, { estimate, low, high }: Interval): string[] => [name, pointsAndInterval(estimate, low, high)];
  const heading = `${capital(policy)} less ${other.policy}, on the same tasks (${number(confidence * 100)} % intervals)`;
  return `${heading}\n\n${table([...splits.map(({ split, difference }) => row(split, difference)), row('mean', macro)])}`;
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
