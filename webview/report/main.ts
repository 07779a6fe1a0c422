/** The report's page: what the run shows, then the evidence. All data is in the page; nothing is fetched. */
import '../shared/theme.css';
import '../curves/curves.css';
import '../trajectory/trajectory.css';
import './report.css';
import { curvesSection } from '../curves/section.ts';
import { append, el } from '../shared/dom.ts';
import { plain } from '../shared/format.ts';
import { embeddedSource, readEmbedded } from '../shared/embedded.ts';
import type { DataSource } from '../shared/source.ts';
import { followSystemTheme } from '../shared/theme.ts';
import { registerComponents } from '../shared/ui.ts';
import { trajectoryBrowser } from '../trajectory/browser.ts';
import { factsSection, settingsSection } from './facts.ts';
import { pageHeader } from './header.ts';
import { pairsSection } from './pairs.ts';
import { resultsSection } from './results.ts';

function section(id: string, title: string, about: string, ...content: readonly (HTMLElement | undefined)[]): HTMLElement {
  return el('section', { id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), about !== '' && el('p', { class: 'about muted' }, about), ...content);
}

/** Builds the page into `main` from any source. */
async function show(source: DataSource, main: HTMLElement): Promise<void> {
  const [overview, curves] = await Promise.all([source.ask({ kind: 'overview' }), source.ask({ kind: 'curves' })]);
  const drawn = curves.curves.length > 0 ? curvesSection(curves) : undefined;
  const pairs = overview.pairs.length > 0 ? pairsSection(source, overview.pairs) : undefined;
  const kept = (await source.ask({ kind: 'trajectories', filter: {}, from: 0, count: 0 })).all;
  append(main,
    pageHeader(overview),
    section('results', 'Before and after', '', resultsSection(overview)),
    section('run', 'The run', '', factsSection(overview.facts), settingsSection(overview.settings)),
    section('curves', 'Curves', drawn ? '' : 'This run has recorded no metrics yet.', drawn?.element),
    pairs && section('pairs', 'Early and late, on the same task', 'Tasks are taken in the order of their ids, not by how they went.', pairs),
    section('trajectories', 'Trajectories', `${plain(kept)} of ${plain(overview.trajectoriesInRun)}, spread over early, middle and late iterations and over all outcomes: how often an outcome occurs here says nothing about the run.`, trajectoryBrowser(source)),
    el('footer', { class: 'small muted' }, ...overview.notes.map((note) => el('p', {}, note)), el('p', {}, `Run ${overview.runId}. This page holds all its data and fetches nothing.`)));
  drawn?.start();
}

/** Shows what went wrong in the page: a reader of a report has no console open. */
function problem(main: HTMLElement, error: unknown): void {
  append(main, el('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));
}

const main = document.querySelector('main')!;
followSystemTheme();
registerComponents();
Promise.resolve()
  .then(() => show(embeddedSource(readEmbedded(document)), main))
  .catch((error: unknown) => problem(main, error));
