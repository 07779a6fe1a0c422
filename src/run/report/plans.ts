/** Metrics as charts: which metrics share one, how it is called, and in which order charts stand. Knows names, not values. */
import type { Chart } from '../../../webview/curves/protocol.ts';
import type { Format } from '../../../webview/report/model.ts';
import { capital, partName, words } from '../../../webview/shared/format.ts';
import { describeMetric, metricGroups } from '../metrics.ts';

/** A chart of the metrics that it takes. Metrics in no plan get a chart of their own. */
interface Plan {
  readonly title: string;
  readonly description: string;
  readonly takes: (name: string) => boolean;
  /** Where a series' label is in the metric's name, counted in slashes; the last part unless told otherwise. */
  readonly label?: number;
  /** The metric that it runs over, where none of the counters moves. */
  readonly over?: string;
}

const among = (...names: readonly string[]) => (name: string): boolean => names.includes(name);
const evaluation = (last: string) => (name: string): boolean => name.startsWith('evaluate/') && name.endsWith(`/${last}`);

const warmStartUpdates = 'warmStart/update';

const plans: readonly Plan[] = [
  { title: 'Pass rate on held-out splits', description: 'Tasks that are solved, at each evaluation; bands are the intervals.', takes: evaluation('passRate'), label: 1 },
  { title: 'Steps of solved tasks', description: 'Mean steps of the attempts that solve their task.', takes: evaluation('stepsSolved'), label: 1 },
  { title: 'Steps over the oracle\u2019s', description: 'Steps of solving attempts over the oracle\u2019s on the same tasks; 1 is as short as can be.', takes: evaluation('oracleRatio'), label: 1 },
  { title: 'Tool failures on held-out splits', description: 'Calls that failed, of all steps but those that ended an episode; an empty result is no failure.', takes: evaluation('toolFailureRate'), label: 1 },
  { title: 'Reward parts', description: 'Mean of each part over the steps that have it.', takes: (name) => name.startsWith('reward/') && !among('reward/step', 'reward/episode')(name) },
  { title: 'Combined reward', description: 'Mean of a step, and summed over an episode.', takes: among('reward/step', 'reward/episode') },
  { title: 'Pass rate in training', description: 'Collected trajectories that solve their task.', takes: among('rollout/passRate') },
  { title: 'How episodes end', description: 'With an answer, by giving up, or cut off by a budget.', takes: among('rollout/finishRate', 'rollout/gaveUpRate', 'rollout/truncatedRate') },
  { title: 'Steps per episode', description: 'Mean steps of a collected trajectory.', takes: among('rollout/steps') },
  { title: 'Tool failures', description: 'Calls that failed, of all steps but those that ended an episode; an empty result is no failure.', takes: among('rollout/toolFailureRate') },
  { title: 'Outcomes of steps', description: 'Share of steps with each outcome.', takes: (name) => name.startsWith('rollout/outcome/') },
  { title: 'Tokens collected', description: 'All tokens of an iteration, and those that the policy wrote.', takes: among('rollout/tokens', 'rollout/actionTokens') },
  { title: 'Tasks without a difference', description: 'Of the tasks with several attempts, those all of whose attempts got the same reward: a baseline over the group teaches nothing.', takes: among('rollout/zeroVarianceRate') },
  { title: 'Passes over the recorded trajectories', description: 'Counted from 1, in offline training.', takes: among('rollout/pass') },
  { title: 'Recorded tokens left out', description: 'Share of those of an iteration, because they were too many; in offline training.', takes: among('rollout/cutShare') },
  { title: 'KL to the reference', description: 'Mean log-ratio over trained tokens, in nats: the k1 estimate of the KL, except in offline training, whose tokens the policy did not draw.', takes: among('policy/kl') },
  { title: 'KL coefficient', description: 'Weight of the KL penalty.', takes: among('policy/klCoefficient') },
  { title: 'Entropy', description: 'Of the policy, mean over trained tokens, in nats.', takes: among('policy/entropy') },
  { title: 'Clip fraction', description: 'Trained tokens whose ratio is further from 1 than the clip range, whichever way their advantage points.', takes: among('policy/clipFraction') },
  { title: 'Policy loss', description: 'Clipped policy loss.', takes: among('policy/loss') },
  { title: 'KL to the policy at the iteration\u2019s start', description: 'k3 estimator, mean over trained tokens, in nats: how far the updates of an iteration go.', takes: among('policy/approxKl') },
  { title: 'Largest ratio', description: 'Of new to old probability, over trained tokens.', takes: among('policy/ratioMax') },
  { title: 'Ratio before the first update', description: 'Its largest distance from 1: whether collecting and training compute the same.', takes: among('policy/firstRatioError') },
  { title: 'Gradient norm', description: 'Before clipping.', takes: among('policy/gradientNorm') },
  { title: 'Minibatches skipped', description: 'By the guard of the ratio.', takes: among('policy/skippedMinibatches') },
  { title: 'Learning rate', description: 'Of the last update of an iteration.', takes: among('learn/learningRate') },
  { title: 'Loss of the warm start', description: 'Cross-entropy of demonstrated tokens, in nats.', takes: among('warmStart/loss'), over: warmStartUpdates },
  { title: 'Likeliest tokens in the warm start', description: 'Demonstrated tokens that the policy finds the likeliest.', takes: among('warmStart/accuracy'), over: warmStartUpdates },
  { title: 'Explained variance', description: 'Share of the variance of returns that the value head explains.', takes: among('value/explainedVariance') },
  { title: 'Value loss', description: 'Clipped value loss.', takes: among('value/loss') },
  { title: 'Mean value', description: 'Over trained tokens.', takes: among('value/mean') },
  { title: 'Tokens per second', description: 'While collecting, and while updating.', takes: among('speed/rolloutTokensPerSecond', 'speed/trainTokensPerSecond') },
  { title: 'Where the time goes', description: 'Seconds of an iteration spent collecting, scoring and updating.', takes: (name) => name.startsWith('speed/seconds.') },
  { title: 'Memory', description: 'Resident memory of the trainer, in MB.', takes: among('memory/residentMB') },
  { title: 'Programs compiled', description: 'By the trainer\u2019s process so far.', takes: among('compute/compilations') },
  { title: 'Data moved', description: 'To programs and back in an iteration, in MB: weights, state, batches.', takes: among('compute/upMB', 'compute/downMB') },
];

/** Interval ends and counts belong to other series, and make no chart of their own; nor does what charts run over. */
const isPartOfAnother = (name: string): boolean => /^evaluate\/.*\/(low|high|changeLow|changeHigh|tasks)$/.test(name) || name === warmStartUpdates;

/** Series whose names in the file say too little or too much. */
const labels: { readonly [name: string]: string } = {
  'policy/kl': 'KL', 'policy/approxKl': 'KL', 'policy/klCoefficient': 'Coefficient', 'learn/learningRate': 'Learning rate', 'memory/residentMB': 'Resident',
  'compute/upMB': 'To programs', 'compute/downMB': 'From programs',
};

const labelOf = (name: string, part: string): string => {
  if (Object.hasOwn(labels, name)) return labels[name];
  if (name.startsWith('reward/')) return partName(part);
  return part === 'macro' ? 'Mean of the splits' : capital(words(part.replace(/Rate$|TokensPerSecond$/, '').replace(/^seconds\./, '')));
};

function chartOf(plan: Plan, names: readonly string[]): Chart {
  const metric = describeMetric(names[0]);
  const directions = new Set(names.map((name) => describeMetric(name)?.better));
  const better = directions.size === 1 ? [...directions][0] : undefined;
  const format: Format = metric?.unit === 'share' ? 'percent' : metric?.unit === 's' ? 'seconds' : 'number';
  return {
    id: names[0], title: plan.title, description: plan.description, group: metric?.group ?? 'other', format,
    better: better === 'none' ? undefined : better, sparse: metric?.group === 'evaluation', ...(plan.over !== undefined && { over: plan.over }),
    series: names.map((name) => {
      const parts = name.split('/');
      const label = labelOf(name, parts[plan.label ?? parts.length - 1]);
      const stem = /^(evaluate\/.*\/)passRate$/.exec(name)?.[1];
      return stem === undefined ? { name, label } : { name, label, low: `${stem}low`, high: `${stem}high` };
    }),
  };
}

/** The charts of these metrics, in the order of the page: evaluations first, then groups as `metrics.ts` orders them, planned charts first within each. */
export function chartsOf(metrics: readonly string[]): Chart[] {
  const names = metrics.filter((name) => !isPartOfAnother(name));
  const planned = plans.flatMap((plan) => {
    const taken = names.filter(plan.takes);
    return taken.length > 0 ? [chartOf(plan, taken)] : [];
  });
  // Evaluations' other measures are in the table of stages: a chart for each would bury the rest.
  const rest = names.filter((name) => !plans.some((plan) => plan.takes(name)) && !name.startsWith('evaluate/')).map((name) => {
    const last = capital(words(name.slice(name.indexOf('/') + 1)));
    return chartOf({ title: last, description: describeMetric(name) ? `${describeMetric(name)!.description}.` : `Recorded as "${name}".`, takes: () => true }, [name]);
  });
  const order: readonly string[] = metricGroups;
  const rank = (chart: Chart): number => (chart.group === 'evaluation' ? -1 : order.includes(chart.group) ? order.indexOf(chart.group) : order.length);
  return [...planned, ...rest].sort((a, b) => rank(a) - rank(b));
}
