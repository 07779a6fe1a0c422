import type { Step } from '../../src/world/trajectory.ts';
import { segmentsOf, type Segment } from './mask.ts';
import type { Tokens } from './protocol.ts';

/** Stretches of tokens by who wrote them: the steps' own, what lies between, and what follows the last. */
export function stretchesOf(tokens: Tokens, steps: readonly Step[]): Segment[] {
  const segments = segmentsOf(steps).filter((segment) => segment.start < tokens.ids.length).map((segment) => ({ ...segment, end: Math.min(segment.end, tokens.ids.length) }));
  const end = segments.at(-1)?.end ?? 0;
  return end < tokens.ids.length ? [...segments, { start: end, end: tokens.ids.length }] : segments;
}
