/** The page's head: the run's name, what it shows in one sentence, and ways into the page. */
import { el } from '../shared/dom.ts';
import type { Headline, Overview } from './model.ts';

const sections = [['results', 'Results'], ['run', 'Run'], ['curves', 'Curves'], ['trajectories', 'Trajectories']] as const;

/** A sign beside the sentence, so that its tone does not hang on a colour. */
function sign(tone: Headline['tone']): string {
  switch (tone) {
    case 'better': return '\u2197';
    case 'worse': return '\u2198';
    case 'unclear': return '\u2248';
    case 'unknown': return '\u2026';
  }
}

/** The header; a run that failed, stopped or still runs says so first. */
export function pageHeader(overview: Overview): HTMLElement {
  return el('header', { class: 'page-header' },
    el('p', { class: 'eyebrow' }, 'StepTool run report', overview.status !== 'finished' && el('span', { class: 'status' }, overview.status)),
    el('h1', {}, overview.name),
    overview.error && el('p', { class: 'problem' }, overview.error),
    el('p', { class: `lead ${overview.headline.tone}` }, el('span', { class: 'lead-sign', 'aria-hidden': 'true' }, sign(overview.headline.tone)), overview.headline.sentence),
    el('nav', { 'aria-label': 'Sections' }, ...sections.map(([id, title]) => el('a', { href: `#${id}` }, title))));
}
