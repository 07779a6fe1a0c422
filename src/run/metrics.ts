/** The one place that fixes the names of metrics: what may stand in `metrics.jsonl`, what it means, and how to show it. */

export const metricGroups = ['reward', 'evaluation', 'rollout', 'policy', 'value', 'speed'] as const;
export type MetricGroup = (typeof metricGroups)[number];

export interface Metric {
  readonly name: string;
  readonly group: MetricGroup;
  /** As shown after the number; empty for a plain number. A `share` lies in [0, 1], a difference of two in [-1, 1]. */
  readonly unit: '' | 'share' | 'nats' | 'steps' | 'tokens' | 'tokens/s' | 's' | 'MB';
  /** Which way is better; `none` where neither is. */
  readonly better: 'higher' | 'lower' | 'none';
  readonly description: string;
  /** Differs between two runs that are otherwise the same (time, memory, work redone after a resume): left out of comparisons. */
  readonly wallClock: boolean;
}

type Row = readonly [unit: Metric['unit'], better: Metric['better'], description: string];

const rows = {
  'reward/succCalling': ['', 'higher', 'Mean SuccCalling over intermediate steps: was the call well-formed, and did the tool work?'],
  'reward/contribution': ['', 'higher', 'Mean Contribution over intermediate steps: did the step help to solve the task?'],
  'reward/isSolved': ['', 'higher', 'Mean IsSolved over last steps: is the task solved?'],
  'reward/cutOff': ['', 'higher', 'Mean CutOff over last steps, -1 where a budget cut the episode off; where reward.cutOff has a weight'],
  'reward/step': ['', 'higher', 'Mean combined reward of a step'],
  'reward/episode': ['', 'higher', 'Mean over trajectories of the sum of combined step rewards'],
  'rollout/passRate': ['share', 'higher', 'Collected trajectories that solve their task'],
  'rollout/steps': ['steps', 'none', 'Mean steps of a trajectory'],
  'rollout/finishRate': ['share', 'higher', 'Trajectories that ended with an answer'],
  'rollout/gaveUpRate': ['share', 'lower', 'Trajectories that ended by giving up'],
  'rollout/truncatedRate': ['share', 'lower', 'Trajectories cut off by a budget of turns, tokens or time'],
  'rollout/toolFailureRate': ['share', 'lower', 'Calls that failed, of all steps but those that ended an episode; an empty result is no failure'],
  'rollout/tokens': ['tokens', 'none', 'Tokens in the collected trajectories'],
  'rollout/actionTokens': ['tokens', 'none', 'Tokens that the policy wrote: those that are trained on'],
  'rollout/zeroVarianceRate': ['share', 'lower', 'Of the tasks with several samples, those all of whose samples got the same reward, so that a group baseline teaches nothing'],
  'rollout/pass': ['', 'none', 'Pass over the recorded trajectories, counted from 1; in offline training alone'],
  'rollout/cutShare': ['share', 'lower', 'Tokens of recorded trajectories that were left out because they were too many; in offline training alone'],
  'policy/kl': ['nats', 'none', 'Mean log-ratio of the policy to the reference over trained tokens: the k1 estimate of the KL, except in offline training, whose tokens the policy did not draw'],
  'policy/klCoefficient': ['', 'none', 'Coefficient of the KL penalty'],
  'policy/entropy': ['nats', 'none', 'Entropy of the policy, mean over trained tokens'],
  'policy/clipFraction': ['share', 'none', 'Trained tokens whose ratio is further from 1 than algorithm.clipRange, whichever way their advantage points'],
  'policy/approxKl': ['nats', 'none', 'Divergence of the updates from the policy at the start of the iteration, online the one that collected; k3 estimator, mean over trained tokens'],
  'policy/ratioMax': ['', 'none', 'Largest ratio of new to old probability'],
  'policy/firstRatioError': ['', 'lower', 'Largest |ratio - 1| before the first update: collecting and training compute the same'],
  'policy/loss': ['', 'none', 'Clipped policy loss'],
  'policy/gradientNorm': ['', 'none', 'Norm of the gradient before clipping'],
  'policy/skippedMinibatches': ['', 'lower', 'Minibatches skipped by the ratio guard'],
  'value/loss': ['', 'lower', 'Clipped value loss'],
  'value/explainedVariance': ['', 'higher', 'Share of the variance of returns that the value head explains; at most 1'],
  'value/mean': ['', 'none', 'Mean value over trained tokens'],
  'warmStart/update': ['', 'none', 'Updates of the warm start so far'],
  'warmStart/loss': ['nats', 'lower', 'Cross-entropy of demonstrated tokens in the warm start'],
  'warmStart/accuracy': ['share', 'higher', 'Demonstrated tokens that the policy finds the likeliest, in the warm start'],
  'learn/learningRate': ['', 'none', 'Learning rate of the last update'],
  'speed/rolloutTokensPerSecond': ['tokens/s', 'higher', 'Tokens written by the policy per second of collecting'],
  'speed/trainTokensPerSecond': ['tokens/s', 'higher', 'Tokens of trajectories, times inner epochs, per second of updating'],
  'speed/seconds.rollout': ['s', 'lower', 'Seconds spent collecting'],
  'speed/seconds.score': ['s', 'lower', 'Seconds spent on rewards, reference log-probabilities and values'],
  'speed/seconds.update': ['s', 'lower', 'Seconds spent updating'],
  'memory/residentMB': ['MB', 'lower', 'Resident memory of the trainer'],
  'compute/compilations': ['', 'none', 'Programs compiled by this process so far'],
  'compute/upMB': ['MB', 'lower', 'Given to programs in the iteration: weights, state, batches. Copied, but for onnx:cpu, which reads it in place'],
  'compute/downMB': ['MB', 'lower', 'Given back by programs in the iteration'],
} as const satisfies Record<string, Row>;

const evaluationRows = {
  passRate: ['share', 'higher', 'Tasks of the split that are solved'],
  low: ['share', 'higher', 'Lower end of the interval of the pass rate'],
  high: ['share', 'higher', 'Upper end of the interval of the pass rate'],
  change: ['share', 'higher', 'Pass rate less that of the policy that reinforcement learning started from, on the same tasks'],
  changeLow: ['share', 'higher', 'Lower end of the interval of the change, which compares task by task'],
  changeHigh: ['share', 'higher', 'Upper end of the interval of the change'],
  tasks: ['', 'none', 'Tasks evaluated'],
  steps: ['steps', 'none', 'Mean steps of an attempt'],
  stepsSolved: ['steps', 'lower', 'Mean steps of the attempts that solve their task'],
  oracleRatio: ['', 'lower', 'Steps of solving attempts over the steps of the oracle on the same tasks'],
  finishRate: ['share', 'higher', 'Attempts that ended with an answer'],
  gaveUpRate: ['share', 'lower', 'Attempts that ended by giving up'],
  truncatedRate: ['share', 'lower', 'Attempts cut off by a budget'],
  toolFailureRate: ['share', 'lower', 'Calls that failed, of all steps but those that ended an episode; an empty result is no failure'],
  recall: ['share', 'higher', 'Needed calls that were made'],
  reward: ['', 'higher', 'Mean over attempts of the sum of combined step rewards'],
} as const satisfies Record<string, Row>;

export type IterationMetric = keyof typeof rows;
export type EvaluationMetric = keyof typeof evaluationRows;

/**
 * A name of `metrics.jsonl`. Three families take a part from the experiment: `reward/<part>` for a further reward part,
 * `rollout/outcome/<outcome>` for the share of steps with a tool outcome, and `evaluate/<split>/<metric>`.
 */
export type MetricName = IterationMetric | `reward/${string}` | `rollout/outcome/${string}` | `evaluate/${string}/${EvaluationMetric}`;

const groups: Readonly<Record<string, MetricGroup>> = {
  reward: 'reward', rollout: 'rollout', policy: 'policy', learn: 'policy', warmStart: 'policy', value: 'value', speed: 'speed', memory: 'speed', compute: 'speed',
};

function metric(name: string, group: MetricGroup, [unit, better, description]: Row): Metric {
  return { name, group, unit, better, description, wallClock: group === 'speed' };
}

/** All metrics of an iteration with fixed names, in the order they are shown. */
export const iterationMetrics: readonly Metric[] = Object.entries(rows).map(([name, row]) => metric(name, groups[name.slice(0, name.indexOf('/'))], row));

/** All metrics that an evaluation has for each split, by their last part. */
export const evaluationMetrics = Object.keys(evaluationRows) as EvaluationMetric[];

const fixed: ReadonlyMap<string, Metric> = new Map(iterationMetrics.map((each) => [each.name, each]));
/** One part of a family's name: anything but a slash or white space. */
const part = /^[^/\s]+$/;

/** The name of a split's metric. */
export const evaluationName = (split: string, name: EvaluationMetric): `evaluate/${string}/${EvaluationMetric}` => `evaluate/${split}/${name}`;

/** What a name means, families included; undefined for a name that no metric has. */
export function describeMetric(name: string): Metric | undefined {
  const known = fixed.get(name);
  if (known) return known;
  const [family, first, second, ...more] = name.split('/');
  if (more.length > 0 || first === undefined || !part.test(first)) return undefined;
  switch (family) {
    case 'reward':
      return second === undefined ? metric(name, 'reward', ['', 'higher', `Mean of the reward part "${first}"`]) : undefined;
    case 'rollout':
      if (first !== 'outcome' || second === undefined || !part.test(second)) return undefined;
      return metric(name, 'rollout', ['share', second === 'ok' || second === 'answered' ? 'higher' : 'none', `Steps with the outcome "${second}"`]);
    case 'evaluate': {
      const row = evaluationMetrics.find((each) => each === second);
      return row && metric(name, 'evaluation', evaluationRows[row]);
    }
    default:
      return undefined;
  }
}

/** Fields beside the metrics that differ between runs that are otherwise the same, by the file they are in. */
export const wallClockFields = {
  run: ['id', 'start', 'end', 'resumed', 'versions'],
  metrics: ['seconds'],
  trajectory: ['seconds'],
  step: ['seconds'],
  annotation: ['at'],
} as const;

/** A line of any of the .jsonl files without what differs between runs that are otherwise the same; steps included. */
export function withoutWallClock(line: { readonly [key: string]: unknown }): { [key: string]: unknown } {
  const timed = new Set<string>([...wallClockFields.metrics, ...wallClockFields.trajectory, ...wallClockFields.annotation]);
  const kept = Object.entries(line).filter(([name]) => !timed.has(name) && !describeMetric(name)?.wallClock);
  return Object.fromEntries(
    kept.map(([name, value]) =>
      name === 'steps' && Array.isArray(value)
        ? [name, value.map((step: unknown) => (typeof step === 'object' && step !== null ? Object.fromEntries(Object.entries(step).filter(([field]) => !wallClockFields.step.some((each) => each === field))) : step))]
        : [name, value],
    ),
  );
}
