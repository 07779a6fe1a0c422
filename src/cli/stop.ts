/** Requests to stop: Ctrl-C, SIGTERM, and a parent process that says so or goes away. */
import type { StopRequest } from '../run/training/stop-request.ts';

/** `gently`: finish the iteration or leave the measurement, write a checkpoint. `now`: abort; what came after the last checkpoint is done again on resume. */
export type StopStage = 'gently' | 'now';

/** What a parent that started the program with a channel (`child_process.fork`) may send. */
export type ParentMessage = { readonly kind: 'stop' };

const isStop = (message: unknown): message is ParentMessage => typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'stop';

/**
 * Milliseconds within which a second signal is the same Ctrl-C: a terminal sends it to npm and to this program, and npm
 * passes its own on.
 */
const sameKeyPress = 250;

export interface Stopper {
  readonly request: Required<StopRequest>;
  /** Gives signals their usual meaning back. */
  release(): void;
}

/** Where signals come from: the process, or a stand-in for tests. */
export type SignalSource = Pick<NodeJS.EventEmitter, 'on' | 'off'> & { readonly channel?: unknown };

/**
 * Takes over signals. The first asks to stop gently, a further one aborts, and one after that leaves at once, for when
 * even the abort hangs.
 * @param told hears of each stage once
 * @param leave ends the process on the spot
 */
export function takeSignals(told: (stage: StopStage) => void, leave: () => void, source: SignalSource = process, now: () => number = () => performance.now()): Stopper {
  const [gently, abort] = [new AbortController(), new AbortController()];
  let presses = 0;
  let last = -Infinity;
  const press = (): void => {
    const time = now();
    const isSame = time - last < sameKeyPress;
    last = time;
    if (isSame) return;
    presses++;
    if (presses === 1) {
      told('gently');
      gently.abort();
    } else if (presses === 2) {
      told('now');
      abort.abort();
    } else leave();
  };
  /** Of a parent: it asks, but does not hurry. */
  const ask = (): void => {
    if (presses === 0) press();
  };
  const onMessage = (message: unknown): void => {
    if (isStop(message)) press();
  };
  source.on('SIGINT', press);
  source.on('SIGTERM', press);
  if (source.channel) source.on('message', onMessage).on('disconnect', ask);
  return {
    request: { gently: gently.signal, now: abort.signal },
    release: () => void source.off('SIGINT', press).off('SIGTERM', press).off('message', onMessage).off('disconnect', ask),
  };
}
