/** The sidebar's Trajectory view: the selected trajectory in brief. The host sends what to show; a click asks it for the full page. */
import '../shared/theme.css';
import './brief.css';
import { el, fill, on, svg } from '../shared/dom.ts';
import { signed } from '../shared/format.ts';
import { button, registerComponents } from '../shared/ui.ts';
import { episodeBadges, outcomeName, signs, toneOf } from '../trajectory/outcome.ts';
import { say, sayMany, speak } from '../trajectory/strings.ts';
import { visible } from '../trajectory/text.ts';
import type { Brief, BriefStep, FromBrief } from './protocol.ts';
import { isToBrief } from './protocol.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromBrief): void };

const host = acquireVsCodeApi();
const main = document.querySelector('main')!;
const width = 44;
const height = 12;

/** A bar from the middle line, to the right for what was gained. Sign shows by side, number and colour. */
function bar(value: number, most: number): SVGElement {
  const middle = width / 2;
  const length = most === 0 ? 0 : (Math.abs(value) / most) * (middle - 1);
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, class: 'bar', 'aria-hidden': 'true' },
    svg('path', { class: 'axis', d: `M${middle} 0 V${height}` }),
    value !== 0 && svg('rect', { class: value > 0 ? 'gain' : 'loss', x: value > 0 ? middle : middle - length, y: 2, width: length, height: height - 4 }));
}

function stepRow({ index, action, outcome, reward }: BriefStep, most: number, isSelected: boolean): HTMLElement {
  const name = action === '' ? say('noCall') : action;
  const label = `${say('stepNumber', index + 1)}: ${name}, ${outcomeName(outcome)}, ${signed(reward)}`;
  const row = el('button', { type: 'button', class: 'row', 'aria-label': label, 'aria-current': isSelected ? 'step' : undefined, title: label },
    el('span', { class: 'index muted' }, index + 1),
    el('span', { class: `sign ${toneOf(outcome)}` }, signs[toneOf(outcome)]),
    el('span', { class: action === '' ? 'name muted' : 'name' }, ...visible(name)),
    el('span', { class: 'number' }, signed(reward)), bar(reward, most));
  return el('li', {}, on(row, 'click', () => host.postMessage({ type: 'open', step: index })));
}

function show(brief: Brief): void {
  const most = Math.max(0, ...brief.steps.map(({ reward }) => Math.abs(reward)).filter(Number.isFinite));
  fill(main,
    el('p', { class: 'head' }, ...episodeBadges(brief.solved, brief.outcome)),
    el('h1', {}, ...visible(brief.taskId)),
    el('p', { class: 'query', dir: 'auto' }, ...visible(brief.query)),
    el('p', { class: 'place muted' }, ...visible(brief.place)),
    el('ol', { class: 'steps' }, ...brief.steps.map((step) => stepRow(step, most, step.index === brief.selected))),
    brief.left > 0 && el('p', { class: 'muted' }, sayMany(brief.left, 'oneMoreStep', 'moreSteps')),
    el('p', { class: 'total' }, say('totalReward'), el('span', { class: 'number' }, signed(brief.reward))),
    button(say('openFull'), () => host.postMessage({ type: 'open', step: brief.selected }), { primary: true }));
  main.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
}

/** Up and down move between steps, as in a list. */
function move(event: KeyboardEvent): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  const rows = [...main.querySelectorAll<HTMLElement>('button.row')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  rows[Math.max(0, Math.min(rows.length - 1, at + by))].focus();
  event.preventDefault();
}

registerComponents();
document.addEventListener('keydown', move);
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isToBrief(data)) return;
  if (data.type === 'show') speak(data.strings);
  if (data.type === 'failed') fill(main, el('p', { class: 'problem', role: 'alert' }, data.message));
  else if (data.brief) show(data.brief);
  else fill(main, el('p', { class: 'muted empty' }, say('selectFirst')));
});
host.postMessage({ type: 'ready' });
