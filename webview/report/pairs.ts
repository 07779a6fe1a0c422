/** Early and late attempts at the same task, side by side. */
import { el, fill } from '../shared/dom.ts';
import { capital, count, plain } from '../shared/format.ts';
import type { DataSource } from '../shared/source.ts';
import { dropdown } from '../shared/ui.ts';
import { episodeBadges, stepBadge } from '../trajectory/outcome.ts';
import { oneLine, textBlock, visible } from '../trajectory/text.ts';
import type { Pair, SampledTrajectory } from './model.ts';

/** A trajectory in short: its calls, and the answer. */
function brief(when: string, trajectory: SampledTrajectory): HTMLElement {
  return el('article', { class: 'brief', 'aria-label': `${when} attempt` },
    el('header', {},
      el('h4', {}, capital(when), el('span', { class: 'small muted' }, ` iteration ${plain(trajectory.iteration)}, ${count(trajectory.steps.length, 'step')}`)),
      el('div', { class: 'badges' }, ...episodeBadges(trajectory.solved, trajectory.outcome))),
    el('ol', {}, ...trajectory.steps.map((step) => el('li', {},
      el('div', { class: 'call' }, el('code', { class: 'action', dir: 'auto' }, ...visible(step.action.slice(0, 200) || 'no readable call')), stepBadge(step.toolOutcome)),
      step.arguments !== '' && el('div', { class: 'muted' }, textBlock(step.arguments, `the arguments of step ${step.index + 1}`))))));
}

/** A choice of task and its two attempts. */
export function pairsSection(source: DataSource, pairs: readonly Pair[]): HTMLElement {
  const place = el('div', {});
  const show = async (index: number): Promise<void> => {
    const pair = pairs[index];
    const [early, late] = await Promise.all([source.ask({ kind: 'trajectory', id: pair.early }), source.ask({ kind: 'trajectory', id: pair.late })]);
    fill(place, el('div', { class: 'query' }, textBlock(early.query, 'the query')), el('div', { class: 'pair' }, brief('early', early), brief('late', late)));
  };
  const failed = (error: unknown): void => fill(place, el('p', { class: 'problem', role: 'alert' }, String(error)));
  void show(0).catch(failed);
  const choice = pairs.length > 1 && el('div', { class: 'toolbar' },
    dropdown('Task', pairs.map((pair, i) => [String(i), oneLine(pair.taskId, 60)] as const), '0', (value) => void show(Number(value)).catch(failed)));
  return el('div', { class: 'pairs' }, choice || '', place);
}
