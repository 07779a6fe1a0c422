/** The trajectory page: the list on the left, one trajectory on the right, keys for everything. */
import '../shared/theme.css';
import './trajectory.css';
import './page.css';
import { append, el, fill } from '../shared/dom.ts';
import { registerComponents } from '../shared/ui.ts';
import { connect, type Channel, type News } from './connection.ts';
import { keysHelp, listenToKeys, type Keys } from './keys.ts';
import { ListPane } from './list-pane.ts';
import { readState, type PageState } from './page-state.ts';
import type { Place, Row } from './protocol.ts';
import { Reader } from './reader.ts';
import { say, speak } from './strings.ts';

declare function acquireVsCodeApi(): { postMessage(message: unknown): void; getState(): unknown; setState(state: unknown): void };

type Start = Extract<News, { readonly type: 'start' }>;

/** What the page does with news, once it is built. */
interface Built {
  readonly news: (news: News) => void;
}

function build(main: HTMLElement, channel: Channel, connection: ReturnType<typeof connect>, { name, author, whyNot, state: first, awaits }: Start): Built {
  let state: PageState = readState(channel.getState());
  const keep = (change: Partial<PageState>): void => { state = { ...state, ...change }; channel.setState(state); };
  const reader = new Reader({
    connection, name, author, whyNot,
    changed: (line, tokens) => keep({ line, tokens }),
  }, state.tokens);
  const failed = (error: unknown): void => reader.showProblem(error instanceof Error ? error.message : String(error));
  const choose = (row: Row): void => {
    if (row.kind === 'trajectory') void reader.show(row.line);
    else reader.showProblem(`${say('badLine', row.line + 1)}: ${row.why}`);
  };
  const pane = new ListPane({ connection, choose, failed, filtered: (filter) => keep({ filter }) });
  const move = (by: 1 | -1): void => void pane.list.choose(pane.list.chosen + by).catch(failed);
  const table: readonly Keys[] = [
    { about: say('keyTrajectory'), keys: [['j', () => move(1)], ['k', () => move(-1)]] },
    { about: say('keyStep'), keys: [['l', () => reader.step(1)], ['h', () => reader.step(-1)]] },
    { about: say('keyFailed'), keys: [['n', () => reader.failed(1)], ['b', () => reader.failed(-1)]] },
    { about: say('keyScore'), keys: [['s', () => reader.score()]] },
    { about: say('keyScoreWhole'), keys: [['S', () => reader.scoreWhole()]] },
    { about: say('keyUndo'), keys: [['u', () => reader.undo()], ['U', () => reader.redo()]] },
    { about: say('keyTokens'), keys: [['t', () => reader.toggleTokens()]] },
    { about: say('keyCompare'), keys: [['m', () => reader.toggleCompare()]] },
    { about: say('keyCopy'), keys: [['c', () => reader.copy()]] },
    { about: say('keySearch'), keys: [['/', () => pane.search()]] },
    { about: say('keyHelp'), keys: [['?', () => { help.open = !help.open; }]] },
  ];
  const help = keysHelp(table);
  listenToKeys(table);
  fill(main, el('h1', { class: 'hidden-label' }, say('trajectoryOf', name)), el('div', { class: 'columns' }, el('div', { class: 'left' }, pane.element, help), reader.element));

  let moved = false; // the host named a place: what the page remembers no longer counts
  const goTo = async ({ line, step, iteration }: Place): Promise<void> => {
    moved = true;
    if (line !== undefined) {
      await pane.set({}, false);
      pane.list.mark(line);
      await reader.show(line);
      if (step !== undefined) reader.goToStep(step);
    } else if (iteration !== undefined) await pane.set({ iteration });
    else if (reader.line === undefined) await pane.set({}); // what was asked for is not there any more
  };
  const showFirst = async (): Promise<void> => {
    const { line, filter } = state;
    await pane.set(filter, line === undefined);
    if (line === undefined || moved) return;
    if (Object.keys(filter).length === 0) pane.list.mark(line);
    await reader.show(line);
  };
  let said = '';
  const update = (next: Start['state']): void => {
    pane.update(next);
    const empty = next.problem !== undefined ? '' : next.rows === 0 && !next.busy ? (next.lines === 0 ? say('nothingYet') : say('nothing')) : '';
    if (empty !== '' && reader.line === undefined && empty !== said) reader.clear(empty);
    said = empty;
  };
  update(first);
  if (!awaits) void showFirst().catch(failed);
  return {
    news: (news) => {
      switch (news.type) {
        case 'start': return; // the host was asked twice
        case 'state': return update(news.state);
        case 'place': return void goTo(news.place).catch(failed);
        case 'changed':
          if (news.what === 'lines') void pane.set(pane.filter, reader.line === undefined).catch(failed);
          // a score that is being typed is not swept away by another's; the scores come with the answer to it
          if (reader.line !== undefined && !(news.what === 'scores' && reader.isScoring)) void reader.show(reader.line, true);
      }
    },
  };
}

/** Opens the page into `main`. */
export function open(main: HTMLElement, channel: Channel): void {
  registerComponents();
  let built: Built | undefined;
  const early: News[] = [];
  const connection = connect(channel, (news) => {
    if (built) built.news(news);
    else if (news.type === 'start') {
      speak(news.strings);
      built = build(main, channel, connection, news);
      for (const one of early) built.news(one);
    } else early.push(news);
  });
}

const api = acquireVsCodeApi();
const main = document.querySelector('main')!;
try {
  open(main, {
    post: (message) => api.postMessage(message),
    listen: (listener) => addEventListener('message', ({ data }) => listener(data)),
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  });
} catch (error) {
  append(main, el('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));
}
