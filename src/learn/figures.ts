// Figures of an iteration's learning, for metrics: nothing here changes what is learnt.
import type { Credit } from './credit/input.ts';
import type { Experience } from './experience.ts';
import type { Optimizer } from './optimizer.ts';
import { isMaximum, ppoMetrics, type PpoMetric } from './ppo-loss.ts';

/** Mean KL of the sampling policy to the reference (k1: log-ratio), in nats a written token and a trajectory. */
export function klOf(experiences: readonly Experience[], refLogProbs: readonly Float32Array[]): { perToken: number; perTrajectory: number } {
  let sum = 0;
  let tokens = 0;
  experiences.forEach(({ mask, logProbs }, i) => mask.forEach((written, t) => {
    if (!written) return;
    sum += logProbs[t] - refLogProbs[i][t];
    tokens++;
  }));
  return { perToken: sum / Math.max(1, tokens), perTrajectory: sum / Math.max(1, experiences.length) };
}

/** `explainedVariance`: how much of the returns the critic knew beforehand: 1 - var(return - value) / var(return), over written tokens. */
export function valueFigures(credits: readonly Credit[]): { explainedVariance: number; meanValue: number } {
  const returns = credits.flatMap((credit) => Array.from(credit.returns));
  const spread = (xs: readonly number[]): number => {
    const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
    return xs.reduce((a, b) => a + (b - mean) ** 2, 0) / xs.length;
  };
  const values = credits.flatMap((credit) => Array.from(credit.returns, (target, k) => target - credit.advantages[k]));
  const residual = returns.map((target, k) => target - values[k]);
  const total = spread(returns);
  return { explainedVariance: total > 0 ? 1 - spread(residual) / total : 0, meanValue: values.reduce((a, b) => a + b, 0) / Math.max(1, values.length) };
}

/** Sums of an iteration's updates. */
export class Totals {
  private readonly sums = Object.fromEntries(ppoMetrics.map((name) => [name, 0])) as Record<PpoMetric, number>;
  private updates = 0;
  private skipped = 0;
  private norms = 0;
  private first = 0;

  add({ metrics, gradientNorm, applied }: Awaited<ReturnType<Optimizer['update']>>): void {
    ppoMetrics.forEach((name, index) => {
      const values = metrics.map((batch) => batch[index]);
      if (isMaximum(name)) {
        const most = Math.max(...values);
        if (this.updates === 0 && name === 'ratioError') this.first = most;
        this.sums[name] = Math.max(this.sums[name], most);
      } else this.sums[name] += values.reduce((a, b) => a + b, 0);
    });
    this.updates++;
    this.norms += gradientNorm;
    if (!applied) this.skipped++;
  }

  means() {
    const loss = Object.fromEntries(ppoMetrics.map((name) => [name, isMaximum(name) ? this.sums[name] : this.sums[name] / this.updates])) as Record<PpoMetric, number>;
    return { loss, firstRatioError: this.first, gradientNorm: this.norms / this.updates, skipped: this.skipped, updates: this.updates };
  }
}
