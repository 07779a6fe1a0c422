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

/** The outline of a marker around a place, as the data of an SVG path; a cross has no inside. */
export function markerPath(marker: Marker, x: number, y: number): string {
  const at = `M${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`;
  switch (marker) {
    case 'circle': return `${at}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z`;
    case 'rect': return `${at}m-3 -3h6v6h-6Z`;
    case 'triangle': return `${at}m0 -4l4 7h-8Z`;
    case 'rectRot': return `${at}m0 -4l4 4l-4 4l-4 -4Z`;
    case 'crossRot': return `${at}m-3 -3l6 6m0 -6l-6 6`;
  }
}

/** A piece of the line with its marker, for the legend; takes the colour class `series-<n>`. */
export function swatch(style: SeriesStyle): SVGElement {
  return svg('svg', { viewBox: '0 0 28 12', width: 28, height: 12, class: `swatch series-${style.colour}`, 'aria-hidden': 'true' },
    svg('path', { d: 'M0 6 H28', 'stroke-width': 2, 'stroke-dasharray': style.dash.join(' ') || undefined }),
    svg('path', { d: markerPath(style.marker, 14, 6), 'stroke-width': style.marker === 'crossRot' ? 2 : undefined }));
}
