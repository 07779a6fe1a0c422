/** Where a page's data comes from: a report embeds it, an editor page asks the extension host. Pages see only this. */
import type { AnswerOf, HostMessage, Kind, PageMessage, RequestOf } from './protocol.ts';
import { isHostMessage } from './protocol.ts';
import { Questions } from './questions.ts';

export interface DataSource {
  /** Answers one request. Rejects with a message for people if it cannot. */
  ask<K extends Kind>(request: RequestOf<K>): Promise<AnswerOf<K>>;
  /** Calls back when answers given before may be out of date; returns how to stop. */
  onChanged(listener: (kinds: readonly Kind[]) => void): () => void;
}

/** What an editor page needs of its surroundings; in VS Code both come from `acquireVsCodeApi` and `window`. */
export interface Channel {
  post(message: PageMessage): void;
  listen(listener: (message: unknown) => void): () => void;
}

/** A source at the other end of `postMessage`. Says `ready` at once; answers may come in any order. */
export function channelSource(channel: Channel): DataSource {
  const questions = new Questions();
  const listeners = new Set<(kinds: readonly Kind[]) => void>();
  const receive = (message: HostMessage): void => {
    if (message.type !== 'changed') return questions.take(message);
    for (const listener of listeners) listener(message.kinds);
  };
  channel.listen((message) => { if (isHostMessage(message)) receive(message); });
  channel.post({ type: 'ready' });
  return {
    ask: <K extends Kind>(request: RequestOf<K>) => questions.ask<AnswerOf<K>>((id) => channel.post({ type: 'request', id, request })),
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
