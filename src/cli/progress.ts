/** What a run is doing, in words and numbers: shared by the redrawn lines of a terminal and the plain ones of a log. */
import { capital, count, duration, partName } from '../../webview/shared/format.ts';
import type { MetricsLine } from '../run/folder/lines.ts';
import type { Stage, TrainingEvent } from '../run/training/events.ts';
import { interval, number, percent, perSecond, pointsAndInterval, terminalText } from './numbers.ts';
import { safeLine } from './plain-text.ts';

/** When a policy was measured, as a word. */
export const stageWords: Readonly<Record<Stage, string>> = {
  before: 'before the warm start', warmStart: 'before reinforcement learning', training: 'while training', final: 'after step-grained PPO',
};

/** `pass rate 47.7 %`, the reward parts, and tokens per second. Parts that were not measured are left out. */
export function iterationFigures(metrics: MetricsLine): string[] {
  const rate = metrics['rollout/passRate'];
  const parts = (['succCalling', 'contribution', 'isSolved', 'cutOff'] as const).flatMap((part) => {
    const value = metrics[`reward/${part}`];
    return typeof value === 'number' ? [`${partName(part)} ${value.toFixed(2)}`] : [];
  });
  const [written, trained] = [metrics['speed/rolloutTokensPerSecond'], metrics['speed/trainTokensPerSecond']];
  return [
    ...(typeof metrics['rollout/pass'] === 'number' ? [`pass ${metrics['rollout/pass']} over the recorded trajectories`] : []),
    ...(typeof rate === 'number' ? [`pass rate ${percent(rate)}`] : []),
    ...parts,
    ...(written && trained ? [`${perSecond(written)} ${metrics['rollout/pass'] === undefined ? 'written' : 'scored'}, ${number(Math.round(trained))} trained`] : []),
  ];
}

const tasksOf = (splits: readonly string[]): string =>
  !splits.includes('train') ? 'held-out tasks' : splits.length === 1 ? 'training tasks' : 'training and held-out tasks';

export const leftText = (seconds: number | undefined): string[] => (seconds === undefined ? [] : [`${terminalText(duration(Math.round(seconds)))} left`]);

/** What an event says that stays said, one line each; events that only move the bar say nothing. */
export function lasting(event: TrainingEvent, where: (folder: string) => string): string[] {
  switch (event.kind) {
    case 'started': {
      const from = event.warmStartFrom !== undefined ? `, from update ${event.warmStartFrom} of the warm start` : event.resumedFrom === undefined ? '' : `, from iteration ${event.resumedFrom}`;
      return [`${capital(count(event.parameters, 'parameter'))}${event.trained === undefined ? '' : `, ${number(event.trained)} of them trained,`} on ${event.engine} (${event.reason})${from}`, `Run folder: ${where(event.folder)}`];
    }
    case 'evaluated': {
      const { macro, splits } = event.summary;
      const { estimate, low, high } = macro.passRate;
      return [`Pass rate on ${tasksOf(splits.map(({ split }) => split))} ${stageWords[event.stage]}: ${percent(estimate)} ${interval(low, high)}${event.change ? `, ${pointsAndInterval(event.change.estimate, event.change.low, event.change.high)} over the start on the same tasks` : ''}`];
    }
    case 'warning': return [`Warning: ${event.message}`];
    case 'opening': case 'warmStart': case 'collecting': case 'updating': case 'iteration': case 'evaluating': case 'checkpoint': return [];
  }
}

/** What goes on: how much of it is done, from 0 to 1, and what it is called. */
export interface Activity {
  readonly done: number;
  readonly words: string;
}

/** What goes on since an event, or undefined where it changes nothing. */
export function activityOf(event: TrainingEvent, iterations: number): Activity | undefined {
  const within = (iteration: number, part: number): number => (iteration - 1 + part) / Math.max(1, iterations);
  const place = (iteration: number): string => `iteration ${iteration} of ${iterations}`;
  switch (event.kind) {
    case 'opening': return { done: 0, words: `opening ${safeLine(event.what)}` };
    case 'started': return { done: (event.resumedFrom ?? 0) / Math.max(1, iterations), words: 'starting' };
    case 'warmStart': return { done: event.update / event.updates, words: `warm start, update ${event.update} of ${event.updates}, loss ${event.loss.toFixed(3)}, ${perSecond(event.tokensPerSecond)}` };
    // Collecting takes about half of an iteration; where in the other half the update is, is not known.
    case 'collecting': return { done: within(event.iteration, (0.5 * event.episodes) / event.all), words: `${place(event.iteration)}, collecting ${event.episodes} of ${event.all} episodes` };
    case 'updating': return { done: within(event.iteration, 0.5), words: `${place(event.iteration)}, updating` };
    case 'iteration': return { done: within(event.iteration, 1), words: place(event.iteration) };
    case 'evaluating': return { done: event.episodes / event.all, words: `measuring ${stageWords[event.stage]}, ${event.episodes} of ${event.all} episodes` };
    case 'evaluated': case 'checkpoint': case 'warning': return undefined;
  }
}
