/** The loss mask of a whole trajectory as one strip: tokens that the policy wrote, and is trained on, between tokens it was given. */
import type { Step } from '../../src/world/trajectory.ts';
import { el, on, svg } from '../shared/dom.ts';
import { plain } from '../shared/format.ts';
import { say, sayMany } from './strings.ts';

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

/** `3 tokens`. */
export const tokens = (n: number): string => sayMany(n, 'oneToken', 'tokenCount');

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
    }, svg('title', {}, step === undefined ? say('maskGiven', tokens(end - start)) : say('maskWrote', step + 1, tokens(end - start))));
    return step === undefined ? shape : on(shape, 'click', () => choose(step));
  });
  return el('div', { class: 'mask' },
    svg('svg', { viewBox: '0 0 1000 18', preserveAspectRatio: 'none', role: 'img', 'aria-label': say('maskLabel', written, total) }, ...shapes),
    el('p', { class: 'small muted key' },
      el('span', { class: 'written-key' }, say('maskOwn', tokens(written))),
      el('span', { class: 'given-key' }, say('maskRest', plain(total - written)))));
}
