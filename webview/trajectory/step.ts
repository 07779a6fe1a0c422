/** One step: what the policy wrote, marked as trained on, then what it was given, then what it earned. */
import type { Step } from '../../src/world/trajectory.ts';
import { el } from '../shared/dom.ts';
import { count, duration, partName, signed } from '../shared/format.ts';
import { stepBadge } from './outcome.ts';
import { columnsOf } from './rewards.ts';
import { pretty, textBlock, visible } from './text.ts';

function part(name: string, ...content: readonly (HTMLElement | string)[]): HTMLElement {
  return el('div', { class: 'part' }, el('h5', {}, name), ...content);
}

/** Reward parts and credit of the step in one line. */
export function earnings(step: Step): HTMLElement | undefined {
  const items = columnsOf([step]).map((column) => [column, column.value(step)] as const);
  if (items.length === 0) return undefined;
  return el('dl', { class: 'earnings' }, ...items.map(([column, value]) => {
    const tone = value === undefined || value === 0 || column.name === 'value' || column.name === 'return' ? '' : value > 0 ? 'good' : 'bad';
    const mark = tone === 'good' ? '\u25b2' : tone === 'bad' ? '\u25bc' : '';
    return el('div', { class: column.kind },
      el('dt', {}, partName(column.name)),
      el('dd', { class: `number ${tone}` }, mark && el('span', { class: 'mark', 'aria-hidden': 'true' }, mark), value === undefined || !Number.isFinite(value) ? '\u2013' : signed(value)));
  }));
}

/** What a page may put into a card in place of the usual. */
export interface StepParts {
  /** Shows a long text, for instance one of which only the start is here. */
  readonly text?: (text: string, field: 'thought' | 'arguments' | 'observation', label: string, step: number) => HTMLElement;
  /** What the step earned. */
  readonly earned?: (step: Step) => HTMLElement | undefined;
}

/** The step's card; `id` is where links to it go, after `prefix` where a page has several trajectories. */
export function stepCard(step: Step, { text = (content, field, label) => textBlock(field === 'thought' ? content : pretty(content), label), earned = earnings }: StepParts = {}, prefix = ''): HTMLElement {
  const length = step.tokens.end - step.tokens.start;
  return el('li', { class: 'step', id: `${prefix}step-${step.index}`, tabindex: -1 },
    el('header', {},
      el('h4', {}, `Step ${step.index + 1}`),
      stepBadge(step.toolOutcome),
      el('span', { class: 'small muted' }, [length > 0 && count(length, 'token'), step.seconds >= 0.05 && duration(step.seconds)].filter(Boolean).join(' \u00b7 '))),
    el('div', { class: 'written' },
      el('p', { class: 'who' }, 'The policy wrote'),
      step.thought && part('Thought', text(step.thought, 'thought', `the thought of step ${step.index + 1}`, step.index)),
      part('Action', step.action ? el('code', { class: 'action', dir: 'auto' }, ...visible(step.action.slice(0, 500))) : el('span', { class: 'muted' }, 'no readable call')),
      step.arguments && part('Arguments', text(step.arguments, 'arguments', `the arguments of step ${step.index + 1}`, step.index))),
    step.observation !== '' && el('div', { class: 'given' },
      el('p', { class: 'who' }, 'It was given'),
      part('Observation', text(step.observation, 'observation', `the observation of step ${step.index + 1}`, step.index))),
    earned(step));
}
