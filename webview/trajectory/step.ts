/** One step: what the policy wrote, marked as trained on, then what it was given, then what it earned. */
import type { Step } from '../../src/world/trajectory.ts';
import { el } from '../shared/dom.ts';
import { duration } from '../shared/format.ts';
import { tokens } from './mask.ts';
import { stepBadge } from './outcome.ts';
import { columnName, columnsOf, markedValue } from './rewards.ts';
import { say } from './strings.ts';
import { pretty, textBlock, visible } from './text.ts';

function part(name: string, ...content: readonly (HTMLElement | string)[]): HTMLElement {
  return el('div', { class: 'part' }, el('h5', {}, name), ...content);
}

/** Reward parts and credit of the step in one line. */
export function earnings(step: Step): HTMLElement | undefined {
  const items = columnsOf([step]).map((column) => [column, column.value(step)] as const);
  if (items.length === 0) return undefined;
  return el('dl', { class: 'earnings' }, ...items.map(([column, value]) =>
    el('div', { class: column.kind }, el('dt', {}, columnName(column.name)), markedValue(column.name, value))));
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
      el('h4', {}, say('stepNumber', step.index + 1)),
      stepBadge(step.toolOutcome),
      el('span', { class: 'small muted' }, [length > 0 && tokens(length), step.seconds >= 0.05 && duration(step.seconds)].filter(Boolean).join(' \u00b7 '))),
    el('div', { class: 'written' },
      el('p', { class: 'who' }, say('policyWrote')),
      step.thought && part(say('thought'), text(step.thought, 'thought', say('thoughtOf', step.index + 1), step.index)),
      part(say('action'), step.action ? el('code', { class: 'action', dir: 'auto' }, ...visible(step.action.slice(0, 500))) : el('span', { class: 'muted' }, say('noReadableCall'))),
      step.arguments && part(say('arguments'), text(step.arguments, 'arguments', say('argumentsOf', step.index + 1), step.index))),
    step.observation !== '' && el('div', { class: 'given' },
      el('p', { class: 'who' }, say('wasGiven')),
      part(say('observation'), text(step.observation, 'observation', say('observationOf', step.index + 1), step.index))),
    earned(step));
}
