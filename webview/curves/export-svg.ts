/** A chart as an SVG file of its own: axes, bands, lines, markers, legend, in the colours of the theme. */
import type { Theme } from '../shared/theme.ts';
import { marked, type DrawnChart, type Picture } from './chart.ts';
import { placesOf, strength } from './chart-plugins.ts';
import { decimate } from './decimate.ts';
import type { Line } from './lines.ts';
import { markerPath } from './style.ts';

/** Text in XML. Characters that XML cannot hold are left out. */
const escape = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '').replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
const round = (value: number): string => String(Math.round(value * 100) / 100);

/** A cross is all stroke, the other markers are filled. */
const paint = (line: Line, colour: string): string => (line.style.marker === 'crossRot' ? `fill="none" stroke="${colour}" stroke-width="1.5"` : `fill="${colour}"`);

const legendRow = 18;
const titleHeight = 28;

/** The SVG's text. Its size is the chart's as shown, with the title above and the legend below. */
export function svgOf(title: string, picture: Picture, { chart, at, area }: DrawnChart, theme: Theme): string {
  const { left, right, top, bottom } = area();
  const height = chart.height + titleHeight + picture.lines.length * legendRow + 8;
  const text = (x: number, y: number, content: string, colour: string, anchor: 'start' | 'middle' | 'end' = 'start', weight = 400): string =>
    `<text x="${round(x)}" y="${round(y)}" fill="${escape(colour)}" text-anchor="${anchor}" font-weight="${weight}">${escape(content)}</text>`;
  const { x: horizontal, y: vertical } = chart.scales;
  const grid = vertical.ticks.map(({ value, label }) => {
    const y = vertical.getPixelForValue(value);
    return `<path d="M${round(left)} ${round(y)}H${round(right)}" stroke="${escape(theme.line)}"/>${text(left - 8, y + 4, String(label ?? value), theme.muted, 'end')}`;
  });
  const ticks = horizontal.ticks.map(({ value, label }) => text(horizontal.getPixelForValue(value), bottom + 23, String(label ?? value), theme.muted, 'middle'));
  const path = (line: Line, ys: Float64Array, points: readonly number[]): string => points.map((i, n) => {
    const place = at(line.x[i], ys[i]);
    return `${n === 0 ? 'M' : 'L'}${round(place.x)} ${round(place.y)}`;
  }).join('');
  const strips = Math.max(40, (right - left) / 2);
  // As on the canvas, the first line lies on top.
  const curves = picture.lines.map((line, index) => {
    const colour = escape(theme.series[line.style.colour]);
    const points = decimate(line.x, line.y, strips, picture.range);
    const { low, high } = line;
    const known = low && high ? points.filter((i) => Number.isFinite(low[i]) && Number.isFinite(high[i])) : [];
    const band = low && high && known.length > 0 ? `<path d="${path(line, high, known)}${path(line, low, [...known].reverse()).replace('M', 'L')}Z" fill="${colour}" fill-opacity="${strength(picture.lines.length)}"/>` : '';
    // As on the canvas: whiskers where points are few, markers on some points or all.
    const whiskers = low && high ? (known.length <= 24 ? known : []).map((i) => {
      const [bottomEnd, topEnd] = [at(line.x[i], low[i]), at(line.x[i], high[i])];
      return `M${round(topEnd.x)} ${round(topEnd.y)}V${round(bottomEnd.y)}m-3 0h6M${round(topEnd.x - 3)} ${round(topEnd.y)}h6`;
    }).join('') : '';
    const ends = whiskers === '' ? '' : `<path d="${whiskers}" fill="none" stroke="${colour}" stroke-opacity="0.55"/>`;
    const raw = line.raw ? `<path d="${path(line, line.raw, decimate(line.x, line.raw, strips, picture.range))}" fill="none" stroke="${colour}" stroke-opacity="0.28"/>` : '';
    const markers = marked(points, picture.sparse, index, picture.lines.length).map((i) => {
      const place = at(line.x[i], line.y[i]);
      return markerPath(line.style.marker, place.x, place.y);
    }).join('');
    const dots = markers === '' ? '' : `<path d="${markers}" ${paint(line, colour)}/>`;
    return `${band}${ends}${raw}<path d="${path(line, line.y, points)}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${line.style.dash.join(' ')}" stroke-linejoin="round"/>${dots}`;
  });
  const marks = placesOf(picture.marks ?? [], (x) => at(x, 0).x).filter(({ x }) => x >= left - 1 && x <= right + 1).map(({ x, kind, colour }) => {
    const paintOf = escape(colour === undefined ? theme.text : theme.series[colour]);
    return kind === 'checkpoint' ? `<path d="M${round(x)} ${round(bottom + 2)}l3.5 6h-7Z" fill="${paintOf}"/>` : `<path d="M${round(x)} ${round(bottom)}v-10" stroke="${paintOf}" stroke-width="1.5"/>`;
  });
  const key = picture.lines.map((line, i) => {
    const y = chart.height + 12 + i * legendRow;
    return `<path d="M${round(left)} ${y - 4}h28" stroke="${escape(theme.series[line.style.colour])}" stroke-width="2" stroke-dasharray="${line.style.dash.join(' ')}"/><path d="${markerPath(line.style.marker, left + 14, y - 4)}" ${paint(line, escape(theme.series[line.style.colour]))}/>${text(left + 36, y, line.label, theme.text)}`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(chart.width)} ${round(height)}" width="${round(chart.width)}" height="${round(height)}" font-family="${escape(theme.font)}" font-size="11.5">
<rect width="100%" height="100%" fill="${escape(theme.card)}"/>
${text(left, 18, title, theme.text, 'start', 600)}
<g transform="translate(0 ${titleHeight})">
<clipPath id="plot"><rect x="${round(left - 6)}" y="${round(top - 4)}" width="${round(right - left + 12)}" height="${round(bottom - top + 8)}"/></clipPath>
${grid.join('\n')}
${ticks.join('\n')}
${text((left + right) / 2, chart.height - 4, picture.xTitle, theme.muted, 'middle')}
<path d="M${round(left)} ${round(bottom)}H${round(right)}" stroke="${escape(theme.line)}"/>
<g clip-path="url(#plot)">${curves.reverse().join('\n')}</g>
${marks.join('\n')}
${key.join('\n')}
</g>
</svg>
`;
}
