/** The list of trajectories with its filters, and word of how far the host is. */
import { el, fill, on } from '../shared/dom.ts';
import { parseRange, plain, rangeText, signed } from '../shared/format.ts';
import { button, dropdown, textField } from '../shared/ui.ts';
import type { Connection } from './connection.ts';
import { endingOptions, solvedSign } from './outcome.ts';
import type { ListFilter, ListState, Row } from './protocol.ts';
import { say, sayMany } from './strings.ts';
import { oneLine } from './text.ts';
import { VirtualList } from './virtual-list.ts';

/** Milliseconds after the last key before a text filters: each filter may look through the whole file. */
const typingPause = 300;

export interface ListPaneOptions {
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
  readonly #fields: Readonly<Record<'search' | 'solved' | 'outcome' | 'iteration' | 'split' | 'taskId' | 'tool' | 'reward', HTMLElement>>;
  readonly #rangeProblem = el('p', { class: 'small range-problem', role: 'alert' });
  readonly #more: HTMLDetailsElement;
  #filter: ListFilter = {};
  #state: ListState | undefined;
  /** What is typed in each field and does not filter yet. */
  readonly #typing = new Map<unknown, number>();
  /** The first row is to be chosen once there is one: only after a filter was set, for until then a place may be on its way that the host was asked for. */
  #wantsFirst = false;

  constructor(options: ListPaneOptions) {
    this.#options = options;
    const { connection, failed } = options;
    this.list = new VirtualList<Row>({
      label: say('trajectories'), failed, show: (row) => this.#show(row),
      load: async (from, count) => (await connection.ask('rows', { from, count })).rows,
      choose: (_, row) => options.choose(row),
    });
    const typed = (change: (text: string) => Partial<ListFilter>) => (text: string): void => {
      clearTimeout(this.#typing.get(change));
      this.#typing.set(change, setTimeout(() => { this.#typing.delete(change); this.#change(change(text)); }, typingPause) as unknown as number);
    };
    const any = ['', say('all')] as const;
    this.#fields = {
      search: textField(say('search'), say('searchHint'), typed((search) => ({ search }))),
      solved: dropdown(say('result'), [any, ['yes', say('solved')], ['no', say('notSolved')]], '', (value) => this.#change({ solved: value === '' ? undefined : value === 'yes' })),
      outcome: dropdown(say('ending'), [any, ...endingOptions()], '', (outcome) => this.#change({ outcome })),
      iteration: textField(say('iteration'), say('numberHint'), typed((text) => ({ iteration: /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined }))),
      split: textField(say('split'), say('splitHint'), typed((split) => ({ split: split.trim() }))),
      taskId: textField(say('task'), say('exactHint'), typed((taskId) => ({ taskId: taskId.trim() }))),
      tool: textField(say('calledTool'), say('exactHint'), typed((tool) => ({ tool: tool.trim() }))),
      reward: textField(say('rewardRange'), say('rewardHint'), typed((text) => ({ reward: this.#readRange(text) }))),
    };
    const { search, solved, outcome, ...rest } = this.#fields;
    this.#more = el('details', { class: 'more-filters' }, el('summary', {}, say('moreFilters')), el('div', { class: 'filter-grid' }, ...Object.values(rest)), this.#rangeProblem);
    this.element = el('section', { class: 'list-pane', 'aria-label': say('trajectories') },
      el('div', { class: 'filters', role: 'search', 'aria-label': say('filters') }, search, el('div', { class: 'filter-grid' }, solved, outcome), this.#more),
      this.#status, this.#problem, this.list.element);
  }

  get filter(): ListFilter {
    return this.#filter;
  }

  /** The host says how far it is. */
  update(state: ListState): void {
    const { connection, failed } = this.#options;
    const before = this.#state;
    this.#state = state;
    this.list.grow(state.rows);
    const isFiltered = Object.values(this.#filter).some((value) => value !== undefined && value !== '');
    const found = isFiltered ? say('foundOf', plain(state.rows), plain(state.lines)) : sayMany(state.rows, 'countedOne', 'counted');
    fill(this.#status, state.busy ? `${found} \u00b7 ${isFiltered && state.looked < state.lines ? say('looking', plain(state.looked)) : say('counting')}` : found,
      isFiltered && on(el('button', { type: 'button', class: 'more' }, say('clearFilters')), 'click', () => this.set({})));
    if (state.problem !== before?.problem) {
      fill(this.#problem, state.problem !== undefined && el('p', {}, oneLine(state.problem, 2000)),
        state.problem !== undefined && button(say('openText'), () => connection.ask('openText', {}).catch(failed)));
    }
    if (this.#wantsFirst && state.rows > 0) {
      this.#wantsFirst = false;
      void this.list.choose(0).catch(failed);
    }
  }

  /** Sets the whole filter, as the reader would. `chooseFirst` false leaves the choice to the caller. */
  set(filter: ListFilter, chooseFirst = true): Promise<void> {
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#typing.clear();
    this.#filter = filter;
    const { search, solved, outcome, iteration, split, taskId, tool, reward } = this.#fields;
    control(search).value = filter.search ?? '';
    control(solved).value = filter.solved === undefined ? '' : filter.solved ? 'yes' : 'no';
    control(outcome).value = filter.outcome ?? '';
    control(iteration).value = filter.iteration === undefined ? '' : String(filter.iteration);
    control(split).value = filter.split ?? '';
    control(taskId).value = filter.taskId ?? '';
    control(tool).value = filter.tool ?? '';
    control(reward).value = filter.reward ? rangeText(filter.reward) : '';
    fill(this.#rangeProblem);
    this.#more.open ||= [filter.iteration, filter.split, filter.taskId, filter.tool, filter.reward].some((value) => value !== undefined && value !== '');
    return this.#apply(chooseFirst);
  }

  /** What is typed as a range of rewards; what is none filters nothing, and is said to be none. */
  #readRange(text: string): ListFilter['reward'] {
    const range = parseRange(text);
    const isWrong = range === undefined && text.trim() !== '';
    control(this.#fields.reward).setAttribute('aria-invalid', String(isWrong));
    fill(this.#rangeProblem, isWrong && say('rangeWanted'));
    return range;
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
    if (row === undefined) return [el('span', { class: 'what muted' }, '\u2026')];
    if (row.kind === 'bad') return [el('span', { class: 'sign bad', 'aria-hidden': 'true' }, '!'), el('span', { class: 'what' }, el('span', { class: 'title' }, say('badLine', plain(row.line + 1))), el('span', { class: 'small muted' }, oneLine(row.why, 120)))];
    const facts = [say('iterationShort', plain(row.iteration)), row.split, sayMany(row.steps, 'oneStep', 'stepCount'), row.failed > 0 && say('failedCount', plain(row.failed))].filter(Boolean).join(' \u00b7 ');
    return [
      solvedSign(row.solved),
      el('span', { class: 'what' }, el('span', { class: 'title' }, oneLine(row.query || row.id, 160)), el('span', { class: 'small muted facts-line' }, facts)),
      row.reward !== null && el('span', { class: 'number reward', title: say('totalReward') }, signed(row.reward)),
    ].filter((node): node is HTMLElement => node !== false);
  }
}
