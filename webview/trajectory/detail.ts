/** One trajectory, whole: the task, the mask, what was earned, and the steps. */
import type { SampledTrajectory } from '../report/model.ts';
import { el } from '../shared/dom.ts';
import { plain } from '../shared/format.ts';
import { maskStrip } from './mask.ts';
import { episodeBadges } from './outcome.ts';
import { rewardMatrix } from './rewards.ts';
import { stepCard, type StepParts } from './step.ts';
import { say, sayMany } from './strings.ts';
import { oneLine, textBlock, type TextRest } from './text.ts';

/** Where and when a trajectory was sampled, in one line. */
export const provenance = (one: SampledTrajectory): string =>
  [say('iterationShort', plain(one.iteration)), one.split, one.level, say('taskShort', oneLine(one.taskId, 60)), say('sampleShort', plain(one.sample + 1)), sayMany(one.weightsVersion, 'oneUpdate', 'updateCount')].filter(Boolean).join(' \u00b7 ');

/** The tools on offer; those that were called stand out. */
export function toolList(trajectory: SampledTrajectory): HTMLElement {
  const called = new Set(trajectory.steps.map((step) => step.action));
  const used = plain(trajectory.tools.filter((tool) => called.has(tool)).length);
  return el('details', { class: 'tools' },
    el('summary', {}, sayMany(trajectory.tools.length, 'oneTool', 'toolCount', used)),
    el('ul', {}, ...trajectory.tools.map((tool) => el('li', { class: called.has(tool) ? 'called mono' : 'mono' }, oneLine(tool, 120), called.has(tool) && el('span', { class: 'hidden-label' }, ' ', say('wasCalled'))))));
}

/** What a page adds to what every page shows. */
export interface DetailParts {
  /** Where the rest of a query is that came cut. */
  readonly rest?: TextRest;
  /** Fields of the format that the line lacks. */
  readonly lacks?: readonly string[];
  readonly steps?: StepParts;
  /** What stands between what was earned and the steps. */
  readonly between?: readonly HTMLElement[];
}

/** The article of a trajectory, and the cards of its steps; choosing a step anywhere in it calls `choose` with the step's place in the list. */
export function trajectoryDetail(trajectory: SampledTrajectory, choose: (index: number) => void, { rest, lacks = [], steps, between = [] }: DetailParts = {}): { readonly element: HTMLElement; readonly cards: HTMLElement[] } {
  const cards = trajectory.steps.map((step) => stepCard(step, steps));
  const chosen = (number: number): void => choose(trajectory.steps.findIndex(({ index }) => index === number));
  const element = el('article', { class: 'trajectory', 'aria-label': say('trajectoryOf', oneLine(trajectory.id, 60)) },
    el('header', {},
      el('div', { class: 'badges' }, ...episodeBadges(trajectory.solved, trajectory.outcome)),
      el('div', { class: 'query' }, textBlock(trajectory.query, say('query'), rest)),
      el('p', { class: 'small muted' }, provenance(trajectory))),
    lacks.length > 0 && el('p', { class: 'small muted lacks' }, say('lacks', lacks.slice(0, 12).join(', '))),
    toolList(trajectory), maskStrip(trajectory.steps, chosen), rewardMatrix(trajectory.steps, chosen), ...between,
    trajectory.steps.length === 0 ? el('p', { class: 'muted empty' }, say('noSteps')) : el('ol', { class: 'steps' }, ...cards));
  return { element, cards };
}
