/**
 * The tokens of a trajectory as bars under and over them: any recorded number, and the mask. Size shows by height, sign by side,
 * and by colour last; text that was given is set apart, for it is not trained on.
 */
import type { Step } from '../../src/world/trajectory.ts';
import { append, el, fill, on } from '../shared/dom.ts';
import { plain, signed } from '../shared/format.ts';
import { dropdown } from '../shared/ui.ts';
import { levelOf, mostLevel, scaleOf, type Scale } from './levels.ts';
import type { TokenChannel, Tokens } from './protocol.ts';
import type { Segment } from './mask.ts';
import { stretchesOf } from './stretches.ts';
import { say } from './strings.ts';
import { visible } from './text.ts';

export type Colouring = TokenChannel | 'mask';
const channelOrder: readonly TokenChannel[] = ['logProb', 'logRatio', 'advantage', 'value', 'entropy'];
/** Given text longer than this starts folded, in tokens. */
const foldAbove = 60;
/** Tokens drawn of one stretch before a button asks for the rest. */
const mostDrawn = 3000;

const channelName = (channel: TokenChannel): string => say(`${channel}Channel`);

/** One token as text nodes: line ends and blanks that would not show get a sign, and stay what they are. */
function tokenText(tokens: Tokens, index: number): (string | HTMLElement)[] {
  const text = tokens.texts?.[index] ?? `#${tokens.ids[index]}`;
  if (text === '') return ['\u2205'];
  return visible(text.replace(/\n/g, '\u21b5\n').replace(/^ +$/, (blanks) => '\u2423'.repeat(blanks.length)));
}

/** The legend: what each level stands for. */
function legend(channel: TokenChannel, { signed: isSigned, most }: Scale): HTMLElement {
  const levels = Array.from({ length: mostLevel + 1 }, (_, i) => i);
  const all = isSigned ? [...levels.slice(1).reverse().map((level) => -level), ...levels] : levels;
  return el('div', { class: `legend hue-${channel}`, role: 'img', 'aria-label': say(isSigned ? 'legendSigned' : 'legendPlain', channelName(channel), plain(most)) },
    el('span', { class: 'number small' }, isSigned ? signed(-most) : '0'),
    ...all.map((level) => el('span', { class: `token level${level}` }, '\u00a0')),
    el('span', { class: 'number small' }, isSigned ? signed(most) : channel === 'logProb' ? signed(-most) : plain(most)));
}

/** The token view; `colouring` is what it starts with, and `recoloured` hears what the reader chooses. */
export function tokenView(tokens: Tokens, steps: readonly Step[], colouring: Colouring, recoloured: (colouring: Colouring) => void): HTMLElement {
  const there = channelOrder.filter((channel) => tokens.channels[channel]);
  let shown: Colouring = colouring !== 'mask' && there.includes(colouring) ? colouring : colouring === 'mask' ? 'mask' : there[0] ?? 'mask';
  let cursor = -1;
  const elements = new Map<number, HTMLElement>();
  const key = el('div', { class: 'legend-place' });
  const about = el('p', { class: 'about-token small', role: 'status' }, say('tokenHint'));
  const body = el('div', { class: 'token-body', tabindex: 0, role: 'application', 'aria-label': say('tokensLabel') });

  const describe = (index: number): string => {
    const numbers = there.map((channel) => [channel, tokens.channels[channel]?.[index]] as const).filter((pair): pair is readonly [TokenChannel, number] => typeof pair[1] === 'number' && (tokens.mask[index] || pair[1] !== 0));
    const text = tokens.texts?.[index];
    return [
      say('tokenAt', plain(index), tokens.ids[index]), text === undefined ? '' : JSON.stringify(text),
      tokens.mask[index] ? say('written') : say('given'), ...numbers.map(([channel, value]) => `${channelName(channel)} ${signed(value)}`),
    ].filter(Boolean).join(' \u00b7 ');
  };
  const paint = (index: number, element: HTMLElement, scale: Scale | undefined): void => {
    const level = shown === 'mask' || !tokens.mask[index] || !scale ? undefined : levelOf(tokens.channels[shown]?.[index], scale);
    element.className = `token ${tokens.mask[index] ? 'own' : 'given'}${level === undefined ? '' : ` level${level}`}${index === cursor ? ' cursor' : ''}`;
  };
  const scaleNow = (): Scale | undefined => (shown === 'mask' ? undefined : scaleOf(shown, (tokens.channels[shown] ?? []).filter((_, index) => tokens.mask[index])));
  const repaint = (): void => {
    const scale = scaleNow();
    for (const [index, element] of elements) paint(index, element, scale);
    body.className = `token-body hue-${shown}`;
    fill(key, shown === 'mask' || !scale ? '' : legend(shown, scale),
      el('span', { class: 'small key-own' }, say('ownTokens', plain(tokens.mask.filter(Boolean).length))), el('span', { class: 'small key-given' }, say('givenTokens', plain(tokens.mask.filter((own) => !own).length))));
  };
  const moveTo = (index: number): void => {
    const before = elements.get(cursor);
    cursor = index;
    if (before) before.classList.remove('cursor');
    const element = elements.get(index);
    element?.classList.add('cursor');
    element?.scrollIntoView({ block: 'nearest' });
    about.textContent = describe(index);
  };

  const draw = (place: HTMLElement, from: number, end: number): void => {
    const scale = scaleNow();
    const until = Math.min(end, from + mostDrawn);
    for (let index = from; index < until; index++) {
      const element = el('span', { 'data-token': index }, ...tokenText(tokens, index));
      elements.set(index, element);
      paint(index, element, scale);
      append(place, element);
    }
    if (until >= end) return;
    const more = on(el('button', { type: 'button', class: 'more' }, say('moreTokens', plain(end - until))), 'click', () => { more.remove(); draw(place, until, end); });
    append(place, more);
  };
  const stretch = ({ start, end, step }: Segment): HTMLElement => {
    const place = el('div', { class: 'token-run', dir: 'ltr' });
    if (step === undefined && end - start > foldAbove) {
      const folded = el('details', { class: 'stretch given-stretch' }, el('summary', { class: 'small muted' }, say('givenStretch', plain(end - start))), place);
      return on(folded, 'toggle', () => { if (folded.open && place.childElementCount === 0) draw(place, start, end); });
    }
    draw(place, start, end);
    return el('div', { class: `stretch ${step === undefined ? 'given-stretch' : 'own-stretch'}` },
      el('p', { class: 'small who' }, step === undefined ? say('given') : say('stepWrote', step + 1)), place);
  };
  append(body, ...stretchesOf(tokens, steps).map(stretch));

  on(body, 'mouseover', (event) => {
    const at = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-token]') : null;
    if (at) about.textContent = describe(Number(at.dataset['token']));
  });
  on(body, 'click', (event) => {
    const at = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-token]') : null;
    if (at) moveTo(Number(at.dataset['token']));
  });
  on(body, 'keydown', (event) => {
    if (event.target !== body || event.ctrlKey || event.metaKey || event.altKey) return;
    const drawn = [...elements.keys()].sort((a, b) => a - b);
    const at = drawn.indexOf(cursor);
    const to = event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowLeft' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? drawn.length - 1 : undefined;
    if (to === undefined || drawn.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    moveTo(drawn[Math.max(0, Math.min(drawn.length - 1, to))]);
  });
  repaint();
  const choices = [...there.map((channel) => [channel, channelName(channel)] as const), ['mask', say('maskOnly')] as const];
  return el('section', { class: 'tokens', 'aria-label': say('tokens') },
    el('div', { class: 'token-head' },
      dropdown(say('colourBy'), choices, shown, (value) => { shown = value as Colouring; recoloured(shown); repaint(); }), key, about),
    tokens.why !== undefined && el('p', { class: 'small muted' }, tokens.why), body);
}
