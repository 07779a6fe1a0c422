/** One trajectory, whole: the task, the mask, what was earned, and the steps. */
import type { SampledTrajectory } from '../report/model.ts';
import { el } from '../shared/dom.ts';
import { count, plain } from '../shared/format.ts';
import { maskStrip } from './mask.ts';
import { episodeBadges } from './outcome.ts';
import { rewardMatrix } from './rewards.ts';
import { stepCard } from './step.ts';
import { oneLine, textBlock } from './text.ts';

/** Where and when a trajectory was sampled, in one line. */
export const provenance = (one: SampledTrajectory): string =>
  [`iteration ${plain(one.iteration)}`, one.split, one.level, `task ${oneLine(one.taskId, 60)}`, `sample ${one.sample + 1}`, `after ${count(one.weightsVersion, 'update')}`].join(' \u00b7 ');

/** The tools on offer; those that were called stand out. */
export function toolList(trajectory: SampledTrajectory): HTMLElement {
  const called = new Set(trajectory.steps.map((step) => step.action));
  return el('details', { class: 'tools' },
    el('summary', {}, `${count(trajectory.tools.length, 'tool')} on offer, ${plain(trajectory.tools.filter((tool) => called.has(tool)).length)} called`),
    el('ul', {}, ...trajectory.tools.map((tool) => el('li', { class: called.has(tool) ? 'called mono' : 'mono' }, oneLine(tool, 120), called.has(tool) && el('span', { class: 'hidden-label' }, ' (called)')))));
}

/** The article for a trajectory. Links inside scroll to steps without touching the page's address. */
export function trajectoryDetail(trajectory: SampledTrajectory): HTMLElement {
  const cards = trajectory.steps.map((step) => stepCard(step));
  const choose = (index: number): void => {
    const card = cards[trajectory.steps.findIndex((step) => step.index === index)];
    card?.scrollIntoView({ block: 'nearest' });
    card?.focus({ preventScroll: true });
  };
  return el('article', { class: 'trajectory', 'aria-label': `Trajectory ${oneLine(trajectory.id, 60)}` },
    el('header', {},
      el('div', { class: 'badges' }, ...episodeBadges(trajectory.solved, trajectory.outcome)),
      el('div', { class: 'query' }, textBlock(trajectory.query, 'the query')),
      el('p', { class: 'small muted' }, provenance(trajectory))),
    toolList(trajectory),
    maskStrip(trajectory.steps, choose),
    rewardMatrix(trajectory.steps, choose),
    el('ol', { class: 'steps' }, ...cards));
}
