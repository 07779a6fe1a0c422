/** The loss mask of a whole trajectory as one strip: tokens that the policy wrote, and is trained on, between tokens it was given. */
import type { Step } from '../../src/world/trajectory.ts';
import { el, on, svg } from '../shared/dom.ts';
import { count, plain } from '../shared/format.ts';

export interface Segment {
  readonly start: number;
  readonly end: number;
  /** Index of the step that wrote it, or nothing for text that was given. */
  readonly step?: number;
}

/** The segments in order, from the prompt on. What follows the last step's tokens is not recorded, and not shown. */
export function segmentsOf(steps: readonly Step[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const step of steps) {
    if (step.tokens.start > at) segments.push({ start: at, end: step.tokens.start });
    if (step.tokens.end > step.tokens.start) segments.push({ ...step.tokens, step: step.index });
    at = Math.max(at, step.tokens.end);
  }
  return segments;
}

/** The strip with its key; choosing a written segment goes to its step. Nothing if no token was recorded. */
export function maskStrip(steps: readonly Step[], choose: (index: number) => void): HTMLElement | undefined {
  const segments = segmentsOf(steps);
  const total = segments.at(-1)?.end ?? 0;
  if (total === 0) return undefined;
  const written = segments.filter((one) => one.step !== undefined).reduce((sum, one) => sum + one.end - one.start, 0);
  const shapes = segments.map(({ start, end, step }) => {
    const shape = svg('rect', {
      x: (start / total) * 1000, width: Math.max(1.5, ((end - start) / total) * 1000 - 1.5), y: step === undefined ? 7 : 0, height: step === undefined ? 4 : 18,
      rx: 1.5, class: step === undefined ? 'given' : 'written',
    }, svg('title', {}, step === undefined ? `Given: ${count(end - start, 'token')}` : `Step ${step + 1} wrote ${count(end - start, 'token')}`));
    return step === undefined ? shape : on(shape, 'click', () => choose(step));
  });
  return el('div', { class: 'mask' },
    svg('svg', { viewBox: '0 0 1000 18', preserveAspectRatio: 'none', role: 'img', 'aria-label': `Loss mask: the policy wrote ${written} of ${total} tokens, and only those are trained on` }, ...shapes),
    el('p', { class: 'small muted key' },
      el('span', { class: 'written-key' }, `written by the policy, trained on: ${count(written, 'token')}`),
      el('span', { class: 'given-key' }, `given to it, masked: ${plain(total - written)}`)));
}
