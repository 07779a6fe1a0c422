/** A chart as an SVG file of its own: axes, bands, lines, markers, legend, in the colours of the theme. */
import type { Theme } from '../shared/theme.ts';
import type { DrawnChart, Picture } from './chart.ts';
import { decimate } from './decimate.ts';
import type { Line } from './lines.ts';

/** Text in XML. Characters that XML cannot hold are left out. */
const escape = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '').replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
const round = (value: number): string => String(Math.round(value * 100) / 100);

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
  const ticks = horizontal.ticks.map(({ value, label }) => text(horizontal.getPixelForValue(value), bottom + 18, String(label ?? value), theme.muted, 'middle'));
  const path = (line: Line, ys: Float64Array, points: readonly number[]): string => points.map((i, n) => {
    const place = at(line.x[i], ys[i]);
    return `${n === 0 ? 'M' : 'L'}${round(place.x)} ${round(place.y)}`;
  }).join('');
  const curves = picture.lines.map((line) => {
    const colour = escape(theme.series[line.style.colour]);
    const points = decimate(line.x, line.y, Math.max(40, (right - left) / 2), picture.range);
    const { low, high } = line;
    const known = low && high ? points.filter((i) => Number.isFinite(low[i]) && Number.isFinite(high[i])) : [];
    const band = low && high && known.length > 0 ? `<path d="${path(line, high, known)}${path(line, low, [...known].reverse()).replace('M', 'L')}Z" fill="${colour}" fill-opacity="0.12"/>` : '';
    return `${band}<path d="${path(line, line.y, points)}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${line.style.dash.join(' ')}" stroke-linejoin="round"/>`;
  });
  const key = picture.lines.map((line, i) => {
    const y = chart.height + 12 + i * legendRow;
    return `<path d="M${round(left)} ${y - 4}h28" stroke="${escape(theme.series[line.style.colour])}" stroke-width="2" stroke-dasharray="${line.style.dash.join(' ')}"/>${text(left + 36, y, line.label, theme.text)}`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(chart.width)} ${round(height)}" width="${round(chart.width)}" height="${round(height)}" font-family="${escape(theme.font)}" font-size="11.5">
<rect width="100%" height="100%" fill="${escape(theme.card)}"/>
${text(left, 18, title, theme.text, 'start', 600)}
<g transform="translate(0 ${titleHeight})">
<clipPath id="plot"><rect x="${round(left)}" y="${round(top)}" width="${round(right - left)}" height="${round(bottom - top)}"/></clipPath>
${grid.join('\n')}
${ticks.join('\n')}
${text((left + right) / 2, chart.height - 4, picture.xTitle, theme.muted, 'middle')}
<g clip-path="url(#plot)">${curves.join('\n')}</g>
${key.join('\n')}
</g>
</svg>
`;
}
