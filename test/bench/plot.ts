/** Small log-log line plots beside each other, as an SVG that any viewer shows: what a bench writes for its page of the docs. */
export interface Panel {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const [width, height, left, bottom, top, right] = [300, 220, 56, 40, 30, 14];
const text = (x: number, y: number, anchor: string, value: string, more = ''): string => `<text x="${x}" y="${y}" text-anchor="${anchor}"${more}>${value}</text>`;
const short = (value: number): string => (value >= 1000 ? `${+(value / 1000).toPrecision(3)} k` : String(+value.toPrecision(3)));

/** Ticks at 1, 2 and 5 of each power of ten inside the range, the two ends' neighbours included. */
function ticks(low: number, high: number): number[] {
  const all = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** (power - 1))).flat();
  const from = all.findLastIndex((value) => value <= low);
  return all.slice(Math.max(0, from), all.findIndex((value) => value >= high) + 1);
}

function drawn({ title, x, y, points }: Panel, offset: readonly [number, number]): string {
  const across = points.map(([value]) => value);
  const levels = ticks(Math.min(...points.map(([, value]) => value)), Math.max(...points.map(([, value]) => value)));
  const scale = (value: number, from: number, to: number, start: number, end: number): number => start + ((Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from))) * (end - start);
  const atX = (value: number): number => scale(value, across[0], across.at(-1)!, left, width - right);
  const atY = (value: number): number => scale(value, levels[0], levels.at(-1)!, height - bottom, top);
  return [
    `<g transform="translate(${offset.join()})">`,
    text(left, 16, 'start', title, ' font-weight="600"'),
    ...levels.flatMap((level) => [`<path d="M${left} ${atY(level).toFixed(1)}H${width - right}" stroke="#8886" />`, text(left - 6, +(atY(level) + 4).toFixed(1), 'end', short(level))]),
    ...across.map((value) => text(+atX(value).toFixed(1), height - bottom + 16, 'middle', String(value))),
    text((left + width - right) / 2, height - 6, 'middle', x),
    text(14, (top + height - bottom) / 2, 'middle', y, ` transform="rotate(-90 14 ${(top + height - bottom) / 2})"`),
    `<path d="M${points.map(([a, b]) => `${atX(a).toFixed(1)} ${atY(b).toFixed(1)}`).join('L')}" fill="none" stroke="#0063d3" stroke-width="2" />`,
    ...points.map(([a, b]) => `<circle cx="${atX(a).toFixed(1)}" cy="${atY(b).toFixed(1)}" r="3.5" fill="#0063d3"><title>${a}: ${short(b)}</title></circle>`),
    '</g>',
  ].join('\n');
}

/** Panels in rows of `columns`, on white: it is also seen where pages are dark. */
export function plotted(panels: readonly Panel[], columns: number): string {
  const [w, h] = [width * columns, height * Math.ceil(panels.length / columns)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" font-family="system-ui, sans-serif" font-size="11" fill="#222">\n<rect width="${w}" height="${h}" fill="#fff" />\n${panels.map((panel, i) => drawn(panel, [width * (i % columns), height * Math.floor(i / columns)])).join('\n')}\n</svg>\n`;
}
