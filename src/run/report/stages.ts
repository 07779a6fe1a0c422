/** Which evaluations the report compares: before anything, after the warm start, and after reinforcement learning. */
import type { Estimate, Format, Measure, MeasureRow, Stage, StageId } from '../../../webview/report/model.ts';
import type { MetricsLine } from '../folder/lines.ts';
import { describeMetric, evaluationMetrics, evaluationName } from '../metrics.ts';
import type { EvaluationMetric } from '../metrics.ts';

/** A stage with the line of `metrics.jsonl` that has its evaluation. */
export interface StageLine {
  readonly stage: Stage;
  readonly line: MetricsLine;
}

const splitOf = (name: string): string | undefined => /^evaluate\/([^/]+)\/passRate$/.exec(name)?.[1];
const isEvaluation = (line: MetricsLine): boolean => Object.keys(line).some((name) => splitOf(name) !== undefined);

const labels: Readonly<Record<StageId, string>> = { before: 'Before', warmStart: 'After warm start', final: 'After step-grained PPO' };

/** An evaluation line may name its stage in a field of that name; this reads it. */
function namedStage(line: MetricsLine): StageId | undefined {
  const stage = (line as unknown as Readonly<Record<string, unknown>>)['stage'];
  return typeof stage === 'string' && Object.hasOwn(labels, stage) ? (stage as StageId) : undefined;
}

/**
 * The stages that were measured, in order. A line without a named stage is placed by its counters: the last one with updates
 * is final; of those without updates the last is the start of reinforcement learning and one before it the untrained policy.
 */
export function stagesOf(lines: readonly MetricsLine[], finalLabel = labels.final): StageLine[] {
  const evaluations = lines.filter(isEvaluation);
  const found = new Map<StageId, MetricsLine>();
  const starts = evaluations.filter((line) => namedStage(line) === undefined && line.updates === 0);
  if (starts.length > 1) found.set('before', starts[0]);
  const start = starts.at(-1);
  if (start) found.set('warmStart', start);
  for (const line of evaluations) {
    const named = namedStage(line);
    if (named) found.set(named, line);
    else if (line.updates > 0) found.set('final', line);
  }
  // An untrained policy is measured before a warm start: where none was, there was none, or it is not known.
  const only = !found.has('before');
  const order: readonly StageId[] = ['before', 'warmStart', 'final'];
  return order.flatMap((id) => {
    const line = found.get(id);
    if (!line) return [];
    const label = id === 'final' ? finalLabel : id === 'warmStart' && only ? 'Before reinforcement learning' : labels[id];
    return [{ stage: { id, label, iteration: line.iteration }, line }];
  });
}

function estimate(line: MetricsLine, split: string, name: EvaluationMetric): Estimate | null {
  const read = (metric: EvaluationMetric): number | undefined => {
    const value = line[evaluationName(split, metric)];
    return Number.isFinite(value) ? value! : undefined; // JSON that spells 1e999 has infinite numbers
  };
  const value = read(name);
  if (value === undefined) return null;
  const [low, high] = name === 'passRate' ? [read('low'), read('high')] : name === 'change' ? [read('changeLow'), read('changeHigh')] : [undefined, undefined];
  return low === undefined || high === undefined ? { value } : { value, low, high };
}

const measureLabels: Partial<Readonly<Record<EvaluationMetric, string>>> = {
  passRate: 'Pass rate', stepsSolved: 'Steps of solved tasks', oracleRatio: 'Steps over the oracle\u2019s', steps: 'Steps of an attempt', finishRate: 'Answered',
  gaveUpRate: 'Gave up', truncatedRate: 'Cut off', toolFailureRate: 'Tool failures', recall: 'Recall', reward: 'Reward of an episode',
};

/** The change that a run recorded of a split; none where it is not that between the stages that are shown, as of a folder with lines missing. */
function changeOf(stages: readonly StageLine[], split: string): Estimate | null {
  const [start, final] = (['warmStart', 'final'] as const).map((id) => stages.find(({ stage }) => stage.id === id));
  if (!start || !final) return null;
  const [first, last, change] = [estimate(start.line, split, 'passRate'), estimate(final.line, split, 'passRate'), estimate(final.line, split, 'change')];
  return first && last && change && Math.abs(last.value - first.value - change.value) < 1e-6 ? change : null;
}

/** Every measure with a value somewhere, the pass rate first; splits in order of appearance, their mean last. */
export function measuresOf(stages: readonly StageLine[]): Measure[] {
  const names = new Set(stages.flatMap(({ line }) => Object.keys(line).map(splitOf)).filter((split) => split !== undefined));
  const splits = [...names].sort((a, b) => Number(a === 'macro') - Number(b === 'macro'));
  return evaluationMetrics.flatMap((name) => {
    const label = measureLabels[name];
    if (label === undefined) return [];
    const rows = splits.map((split): MeasureRow => {
      const change = name === 'passRate' ? changeOf(stages, split) : null;
      return { split, cells: stages.map(({ line }) => estimate(line, split, name)), ...(change && { change }) };
    }).filter((row) => row.cells.some((one) => one !== null));
    if (rows.length === 0) return [];
    const metric = describeMetric(evaluationName(splits[0], name))!;
    const format: Format = metric.unit === 'share' ? 'percent' : 'number';
    return [{ name, label, description: metric.description, format, better: metric.better === 'none' ? undefined : metric.better, rows }];
  });
}
