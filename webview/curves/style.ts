/** How series are told apart: by colour, by dash and by marker, so that colour is never the only cue. */
import { svg } from '../shared/dom.ts';

export type Marker = 'circle' | 'rect' | 'triangle' | 'rectRot' | 'crossRot';
export interface SeriesStyle {
  /** Index into the theme's series colours. */
  readonly colour: number;
  /** Lengths of strokes and gaps in pixels; empty is a solid line. */
  readonly dash: readonly number[];
  readonly marker: Marker;
}

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3], [12, 4]];
const markers: readonly Marker[] = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot'];

/** The style of the series at `index`; past the fifth, colours repeat with another dash and marker. */
export function styleOf(index: number): SeriesStyle {
  const round = Math.floor(index / 5);
  return { colour: index % 5, dash: dashes[(index + round) % 5], marker: markers[(index + 2 * round) % 5] };
}

function markerShape(marker: Marker): SVGElement {
  switch (marker) {
    case 'circle': return svg('circle', { cx: 14, cy: 6, r: 3 });
    case 'rect': return svg('rect', { x: 11, y: 3, width: 6, height: 6 });
    case 'triangle': return svg('path', { d: 'M14 2 L18 9 L10 9 Z' });
    case 'rectRot': return svg('path', { d: 'M14 2 L18 6 L14 10 L10 6 Z' });
    case 'crossRot': return svg('path', { d: 'M11 3 L17 9 M17 3 L11 9', 'stroke-width': 2 });
  }
}

/** A piece of the line with its marker, for the legend; takes the colour class `series-<n>`. */
export function swatch(style: SeriesStyle): SVGElement {
  return svg('svg', { viewBox: '0 0 28 12', width: 28, height: 12, class: `swatch series-${style.colour}`, 'aria-hidden': 'true' },
    svg('path', { d: 'M0 6 H28', 'stroke-width': 2, 'stroke-dasharray': style.dash.join(' ') || undefined }),
    markerShape(style.marker));
}
