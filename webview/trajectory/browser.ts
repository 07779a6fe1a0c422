/** The browser of trajectories: filters, the list, one trajectory beside it, and the keys to move. */
import type { Outcome } from '../../src/world/trajectory.ts';
import type { Level } from '../../src/world/world.ts';
import { append, el, fill, on } from '../shared/dom.ts';
import { count, plain } from '../shared/format.ts';
import type { TrajectoryWindow } from '../shared/protocol.ts';
import type { DataSource } from '../shared/source.ts';
import { button, dropdown, textField } from '../shared/ui.ts';
import { trajectoryDetail } from './detail.ts';
import type { Filter, TrajectoryHead } from './filter.ts';
import { isTyping } from './keys.ts';
import { outcomeOption, solvedSign } from './outcome.ts';
import { StepCursor } from './step-cursor.ts';
import { oneLine } from './text.ts';

/** Rows asked for at a time; "Show more" asks for the next window. */
const windowSize = 200;
const any = ['', 'All'] as const;

/** The browser over a source. Loads its first window by itself; errors of the source are shown in place. */
export function trajectoryBrowser(source: DataSource): HTMLElement {
  let filter: Filter = {};
  let heads: readonly TrajectoryHead[] = [];
  let total = 0;
  let chosen = -1;
  let asked = 0; // answers to older questions are dropped

  const status = el('p', { class: 'small muted', role: 'status' });
  const list = el('ul', { class: 'list', role: 'listbox', tabindex: 0, 'aria-label': 'Trajectories' });
  const detail = el('div', { class: 'detail', 'aria-live': 'off' });
  const filters = el('div', { class: 'toolbar', role: 'group', 'aria-label': 'Filter the trajectories' });
  const failed = (error: unknown): void => fill(detail, el('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));

  const choose = async (index: number): Promise<void> => {
    if (heads.length === 0) return;
    chosen = Math.max(0, Math.min(heads.length - 1, index));
    [...list.children].forEach((row, i) => row.setAttribute('aria-selected', String(i === chosen)));
    const row = list.children[chosen] as HTMLElement;
    list.setAttribute('aria-activedescendant', row.id);
    if (row.offsetTop < list.scrollTop) list.scrollTop = row.offsetTop;
    if (row.offsetTop + row.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = row.offsetTop + row.offsetHeight - list.clientHeight;
    const question = ++asked;
    const trajectory = await source.ask({ kind: 'trajectory', id: heads[chosen].id });
    if (question !== asked) return;
    const cursor = new StepCursor();
    const { element: article, cards } = trajectoryDetail(trajectory, (step) => cursor.goTo(step));
    cursor.draw(trajectory.steps, cards);
    fill(detail, article);
    detail.scrollTop = 0;
    status.textContent = `${plain(chosen + 1)} of ${count(total, 'trajectory', 'trajectories')}`;
  };
  const go = (index: number): void => void choose(index).catch(failed);
  const rowOf = (head: TrajectoryHead, index: number): HTMLElement => on(
    el('li', { role: 'option', id: `trajectory-row-${index}`, 'aria-selected': 'false' },
      solvedSign(head.solved),
      el('span', { class: 'what' }, el('span', { class: 'title' }, oneLine(head.query, 140)),
        el('span', { class: 'small muted' }, `iteration ${plain(head.iteration)} \u00b7 ${head.split} \u00b7 ${head.level} \u00b7 ${count(head.steps, 'step')}`))),
    'click', () => go(index));

  const load = async (from: number): Promise<TrajectoryWindow | undefined> => {
    const question = ++asked;
    const answer = await source.ask({ kind: 'trajectories', filter, from, count: windowSize });
    if (question !== asked) return undefined;
    total = answer.total;
    heads = from === 0 ? answer.heads : [...heads, ...answer.heads];
    fill(list, ...heads.map(rowOf));
    if (heads.length < total) append(list, el('li', { class: 'rest' }, button(`Show more of ${plain(total)}`, () => void load(heads.length).catch(failed))));
    if (from > 0) return answer;
    if (total > 0) await choose(0);
    else {
      chosen = -1;
      list.removeAttribute('aria-activedescendant');
      status.textContent = 'No trajectory';
      fill(detail, el('p', { class: 'muted empty' }, answer.all === 0 ? 'This run folder holds no trajectories yet.' : 'No trajectory passes these filters. Set some of them back to All.'));
    }
    return answer;
  };
  const set = (change: Partial<Filter>): void => { filter = { ...filter, ...change }; void load(0).catch(failed); };

  const offer = ({ facets }: TrajectoryWindow): void => fill(filters,
    dropdown('Solved', [any, ['yes', 'Solved'], ['no', 'Not solved']], '', (value) => set({ solved: value === '' ? undefined : value === 'yes' })),
    dropdown('Ending', [any, ...facets.outcome.map(outcomeOption)], '', (value) => set({ outcome: (value || undefined) as Outcome | undefined })),
    dropdown('Split', [any, ...facets.split.map((split) => [split, split] as const)], '', (value) => set({ split: value || undefined })),
    dropdown('Level', [any, ...facets.level.map((level) => [level, level] as const)], '', (value) => set({ level: (value || undefined) as Level | undefined })),
    dropdown('Iteration', [any, ...facets.iteration.map((n) => [String(n), plain(n)] as const)], '', (value) => set({ iteration: value === '' ? undefined : Number(value) })),
    textField('Search', 'query, tool, thought, observation', (search) => set({ search })));

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const inside = event.target === list || (event.target instanceof Node && list.contains(event.target));
    const near = event.target instanceof Node && element.contains(event.target);
    if (event.key === 'j' || (near && event.key === 'ArrowRight') || (inside && event.key === 'ArrowDown')) go(chosen + 1);
    else if (event.key === 'k' || (near && event.key === 'ArrowLeft') || (inside && event.key === 'ArrowUp')) go(chosen - 1);
    else if (inside && event.key === 'Home') go(0);
    else if (inside && event.key === 'End') go(heads.length - 1);
    else return;
    event.preventDefault();
  });

  const element = el('div', { class: 'browser' }, filters,
    el('div', { class: 'moves' },
      button('\u2190 Previous', () => go(chosen - 1), { label: 'Previous trajectory (k)' }),
      button('Next \u2192', () => go(chosen + 1), { label: 'Next trajectory (j)' }),
      status, el('p', { class: 'small muted keys' }, el('kbd', {}, 'j'), ' next, ', el('kbd', {}, 'k'), ' previous')),
    el('div', { class: 'panes' }, list, detail));
  void load(0).then((answer) => { if (answer) offer(answer); }).catch(failed);
  return element;
}
