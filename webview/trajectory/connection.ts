/** The page's end of the line to its host: asks are answered in any order, news comes unasked. */
import { Questions } from '../shared/questions.ts';
import type { AnswerOf, Ask, Asks, FromPage, Kind, ToPage } from './protocol.ts';

/** What the page needs of its surroundings; in the editor, `acquireVsCodeApi` and the window. */
export interface Channel {
  post(message: FromPage): void;
  listen(listener: (message: unknown) => void): void;
  /** What the page remembers while it is hidden. */
  getState(): unknown;
  setState(state: unknown): void;
}

/** What comes unasked. */
export type News = Exclude<ToPage, { readonly type: 'answer' | 'failed' }>;

export interface Connection {
  /** Rejects with a message for people. */
  ask<K extends Kind>(kind: K, what: Asks[K]['ask']): Promise<AnswerOf<K>>;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Whether something posted to the page is one of ours; other scripts post to the same window. */
export function isToPage(value: unknown): value is ToPage {
  if (!isObject(value)) return false;
  switch (value.type) {
    case 'start': return isObject(value.strings) && typeof value.name === 'string' && isObject(value.state);
    case 'state': return isObject(value.state) && typeof value.state.lines === 'number' && typeof value.state.rows === 'number';
    case 'changed': return value.what === 'lines' || value.what === 'scores';
    case 'place': return isObject(value.place);
    case 'answer': return typeof value.id === 'number' && 'answer' in value;
    case 'failed': return typeof value.id === 'number' && typeof value.message === 'string';
    default: return false;
  }
}

/** Opens the line and says `ready`. */
export function connect(channel: Channel, hear: (news: News) => void): Connection {
  const questions = new Questions();
  channel.listen((message) => {
    if (!isToPage(message)) return;
    if (message.type === 'answer' || message.type === 'failed') questions.take(message);
    else hear(message);
  });
  channel.post({ type: 'ready' });
  return { ask: <K extends Kind>(kind: K, what: Asks[K]['ask']) => questions.ask<AnswerOf<K>>((id) => channel.post({ type: 'ask', id, ask: { kind, ...what } as unknown as Ask })) };
}
