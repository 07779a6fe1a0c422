/** The list of trajectories with its filters, and word of how far the host is. */
import type { Strings } from '../../src/editor/trajectory-page/strings.ts';
import { el, fill, on } from '../shared/dom.ts';
import { plain, signed } from '../shared/format.ts';
import { button, dropdown, textField } from '../shared/ui.ts';
import type { Connection } from './connection.ts';
import { outcomeOption, solvedSign } from './outcome.ts';
import type { ListFilter, ListState, Row } from './protocol.ts';
import { say } from './say.ts';
import { oneLine } from './text.ts';
import { VirtualList } from './virtual-list.ts';

/** Milliseconds after the last key before a text filters: each filter may look through the whole file. */
const typingPause = 300;
const endings = ['answered', 'gaveUp', 'truncatedTurns', 'truncatedTokens', 'truncatedTime'] as const;

export interface ListPaneOptions {
  readonly strings: Strings;
  readonly connection: Connection;
  readonly choose: (row: Row) => void;
  readonly failed: (error: unknown) => void;
  /** The filter was changed by the reader. */
  readonly filtered: (filter: ListFilter) => void;
}

type Field = HTMLElement & { value: string };
const control = (field: HTMLElement): Field => field.lastElementChild as Field;

export class ListPane {
  readonly element: HTMLElement;
  readonly list: VirtualList<Row>;
  readonly #options: ListPaneOptions;
  readonly #status = el('p', { class: 'small muted list-status', role: 'status' });
  readonly #problem = el('div', { class: 'problem', role: 'alert' });
  readonly #fields: Readonly<Record<'search' | 'solved' | 'outcome' | 'iteration' | 'split' | 'taskId' | 'tool', HTMLElement>>;
  readonly #more: HTMLDetailsElement;
  #filter: ListFilter = {};
  #state: ListState | undefined;
  #typing: number | undefined;
  #wantsFirst = true;

  constructor(options: ListPaneOptions) {
    this.#options = options;
    const { strings, connection, failed } = options;
    this.list = new VirtualList<Row>({
      label: strings.trajectories, failed, show: (row) => this.#show(row),
      load: async (from, count) => (await connection.ask('rows', { from, count })).rows,
      choose: (_, row) => options.choose(row),
    });
    const typed = (change: (text: string) => Partial<ListFilter>) => (text: string): void => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#change(change(text)), typingPause) as unknown as number;
    };
    const any = ['', strings.all] as const;
    this.#fields = {
      search: textField(strings.search, strings.searchHint, typed((search) => ({ search }))),
      solved: dropdown(strings.result, [any, ['yes', strings.solved], ['no', strings.notSolved]], '', (value) => this.#change({ solved: value === '' ? undefined : value === 'yes' })),
      outcome: dropdown(strings.ending, [any, ...endings.map(outcomeOption)], '', (outcome) => this.#change({ outcome })),
      iteration: textField(strings.iteration, strings.numberHint, typed((text) => ({ iteration: /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined }))),
      split: textField(strings.split, strings.splitHint, typed((split) => ({ split: split.trim() }))),
      taskId: textField(strings.task, strings.exactHint, typed((taskId) => ({ taskId: taskId.trim() }))),
      tool: textField(strings.calledTool, strings.exactHint, typed((tool) => ({ tool: tool.trim() }))),
    };
    const { search, solved, outcome, ...rest } = this.#fields;
    this.#more = el('details', { class: 'more-filters' }, el('summary', {}, strings.moreFilters), el('div', { class: 'filter-grid' }, ...Object.values(rest)));
    this.element = el('section', { class: 'list-pane', 'aria-label': strings.trajectories },
      el('div', { class: 'filters', role: 'search', 'aria-label': strings.filters }, search, el('div', { class: 'filter-grid' }, solved, outcome), this.#more),
      this.#status, this.#problem, this.list.element);
  }

  get filter(): ListFilter {
    return this.#filter;
  }

  /** The host says how far it is. */
  update(state: ListState): void {
    const { strings, connection, failed } = this.#options;
    const before = this.#state;
    this.#state = state;
    this.list.grow(state.rows);
    const isFiltered = Object.values(this.#filter).some((value) => value !== undefined && value !== '');
    const found = isFiltered ? say(strings.foundOf, plain(state.rows), plain(state.lines)) : say(strings.counted, plain(state.rows));
    fill(this.#status, state.busy ? `${found} \u00b7 ${isFiltered && state.looked < state.lines ? say(strings.looking, plain(state.looked)) : strings.counting}` : found,
      isFiltered && on(el('button', { type: 'button', class: 'more' }, strings.clearFilters), 'click', () => this.set({})));
    if (state.problem !== before?.problem) {
      fill(this.#problem, state.problem !== undefined && el('p', {}, oneLine(state.problem, 2000)),
        state.problem !== undefined && button(strings.openText, () => connection.ask('openText', {}).catch(failed)));
    }
    if (this.#wantsFirst && state.rows > 0) {
      this.#wantsFirst = false;
      void this.list.choose(0).catch(failed);
    }
  }

  /** Sets the whole filter, as the reader would. `chooseFirst` false leaves the choice to the caller. */
  set(filter: ListFilter, chooseFirst = true): Promise<void> {
    this.#filter = filter;
    const { search, solved, outcome, iteration, split, taskId, tool } = this.#fields;
    control(search).value = filter.search ?? '';
    control(solved).value = filter.solved === undefined ? '' : filter.solved ? 'yes' : 'no';
    control(outcome).value = filter.outcome ?? '';
    control(iteration).value = filter.iteration === undefined ? '' : String(filter.iteration);
    control(split).value = filter.split ?? '';
    control(taskId).value = filter.taskId ?? '';
    control(tool).value = filter.tool ?? '';
    this.#more.open ||= [filter.iteration, filter.split, filter.taskId, filter.tool].some((value) => value !== undefined && value !== '');
    return this.#apply(chooseFirst);
  }

  #change(change: Partial<ListFilter>): void {
    this.#filter = { ...this.#filter, ...change };
    void this.#apply(true).catch(this.#options.failed);
  }

  async #apply(chooseFirst: boolean): Promise<void> {
    const { connection, filtered } = this.#options;
    const filter = this.#filter;
    filtered(filter);
    this.#wantsFirst = false;
    const state = await connection.ask('filter', { filter });
    if (filter !== this.#filter) return;
    this.list.reset(state.rows);
    this.#wantsFirst = chooseFirst;
    this.update(state);
  }

  /** Puts the cursor into the search field. */
  search(): void {
    control(this.#fields.search).focus();
  }

  #show(row: Row | undefined): Node[] {
    const { strings } = this.#options;
    if (row === undefined) return [el('span', { class: 'what muted' }, '\u2026')];
    if (row.kind === 'bad') return [el('span', { class: 'sign bad', 'aria-hidden': 'true' }, '!'), el('span', { class: 'what' }, el('span', { class: 'title' }, say(strings.badLine, plain(row.line + 1))), el('span', { class: 'small muted' }, oneLine(row.why, 120)))];
    const facts = [say(strings.iterationShort, plain(row.iteration)), row.split, say(strings.stepCount, plain(row.steps)), row.failed > 0 && say(strings.failedCount, plain(row.failed))].filter(Boolean).join(' \u00b7 ');
    return [
      solvedSign(row.solved),
      el('span', { class: 'what' }, el('span', { class: 'title' }, oneLine(row.query || row.id, 160)), el('span', { class: 'small muted facts-line' }, facts)),
      row.reward !== null && el('span', { class: 'number reward', title: strings.totalReward }, signed(row.reward)),
    ].filter((node): node is HTMLElement => node !== false);
  }
}
