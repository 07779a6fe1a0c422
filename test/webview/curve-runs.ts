/** Made-up runs as the curves page's host would send them. Tests and the bench only. */
import type { RunInfo, ToPage } from '../../webview/curves/protocol.ts';
import { english } from './english.ts';
import { randomFrom } from './fixture.ts';
import { chartsOf } from '../../src/run/report/plans.ts';

type Rows = Extract<ToPage, { type: 'rows' }>;

export const metricNames = ['reward/succCalling', 'reward/contribution', 'reward/isSolved', 'reward/step', 'rollout/passRate', 'rollout/steps', 'rollout/toolFailureRate', 'policy/kl', 'policy/entropy', 'policy/clipFraction', 'value/loss', 'value/explainedVariance', 'speed/rolloutTokensPerSecond', 'memory/residentMB'] as const;
const splits = ['phrasings', 'entities', 'macro'];
const evaluationNames = splits.flatMap((split) => ['passRate', 'low', 'high'].map((name) => `evaluate/${split}/${name}`));
export const chartsMessage: ToPage = { type: 'charts', charts: chartsOf([...metricNames, ...evaluationNames]) };

/** A run with a seed and a learning rate; others like it differ in these. */
export function infoOf(index: number, change: Partial<RunInfo> = {}, learningRate = index % 2 ? '0.001' : '0.0003'): RunInfo {
  return {
    folder: `/runs/quickstart/${index}`, name: 'Quickstart', id: `20260301-10000${index}-00a${index}`, status: 'finished', engine: 'onnx:cpu', start: `2026-03-01T10:00:0${index}Z`,
    settings: [['seed', String(7 + (index >> 1))], ['algorithm.name', '"ppo"'], ['algorithm.learningRate', learningRate], ['policy.hidden', '128']], checkpoints: [10, 20, 30, 40], every: 1, ...change,
  };
}

/** Rows of iterations `from` to `to`, with an evaluation every `evaluateEvery`; the better the larger `skill`. */
export function rowsOf(run: number, from: number, to: number, skill = 1, evaluateEvery = 10): Rows {
  const random = randomFrom(run * 7919 + from);
  const columns: Record<string, number[]> = {};
  let count = 0;
  const add = (values: Readonly<Record<string, number>>): void => {
    for (const name of ['iteration', 'updates', 'tokens', 'seconds', ...metricNames, ...evaluationNames]) (columns[name] ??= []).push(values[name] ?? NaN);
    count++;
  };
  for (let iteration = from; iteration <= to; iteration++) {
    const counters = { iteration, updates: iteration * 4, tokens: iteration * 15_360, seconds: iteration * (2.4 + run * 0.1) };
    const progress = (1 - Math.exp((-3 * iteration) / 60)) * skill;
    const about = (value: number, noise: number): number => value + (random() - 0.5) * noise;
    if (iteration > 0) {
      add({
        ...counters, 'reward/succCalling': about(0.62 + 0.3 * progress, 0.08), 'reward/contribution': about(0.45 + 0.3 * progress, 0.1), 'reward/isSolved': about(0.45 + 0.33 * progress, 0.12), 'reward/step': about(0.5 + 0.3 * progress, 0.06),
        'rollout/passRate': about(0.45 + 0.33 * progress, 0.14), 'rollout/steps': about(4.8 - 0.9 * progress, 0.5), 'rollout/toolFailureRate': about(0.3 - 0.2 * progress, 0.06), 'policy/kl': about(0.09 * progress, 0.006), 'policy/entropy': about(0.62 - 0.3 * progress, 0.06), 'policy/clipFraction': about(0.08, 0.04),
        'value/loss': about(0.12 - 0.07 * progress, 0.02), 'value/explainedVariance': about(-0.1 + 0.8 * progress, 0.12), 'speed/rolloutTokensPerSecond': about(21_500, 900), 'memory/residentMB': 1180 + run * 30 + iteration * 0.2,
      });
    }
    if (iteration % evaluateEvery === 0) {
      add({ ...counters, ...Object.fromEntries(splits.flatMap((split, i) => {
        const rate = 0.5 - 0.05 * i + 0.28 * progress;
        return [[`evaluate/${split}/passRate`, rate], [`evaluate/${split}/low`, rate - 0.05], [`evaluate/${split}/high`, rate + 0.05]];
      })) });
    }
  }
  return { type: 'rows', run, restart: false, count, columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)])) };
}

export const startMessage = (runs: readonly RunInfo[]): ToPage => ({ type: 'start', strings: english, runs });
