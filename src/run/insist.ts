/**
 * Ctrl-C for a process that may not hear it, because its engine blocks it: asked twice it is to stop now, and has some seconds to do so;
 * asked once more, hardly any. Then it is ended.
 */

/**
 * Milliseconds. `sameKeyPress`: within them a second signal is the same Ctrl-C, which a terminal sends to npm and to its children, and npm
 * passes on; `abort`, `leave`: what a process that hears has to do so.
 */
export const patience = { sameKeyPress: 250, abort: 10_000, leave: 1_000 } as const;

export interface Insistence {
  /** A signal has come. */
  press(): void;
  /** The process is gone. */
  over(): void;
  /** Whether it had to be ended. */
  readonly hasEnded: boolean;
}

/** @param end ends the process */
export function insist(end: () => void, now: () => number = () => performance.now()): Insistence {
  let presses = 0;
  let last = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let hasEnded = false;
  const endIn = (milliseconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      hasEnded = true;
      end();
    }, milliseconds);
  };
  return {
    press(): void {
      const time = now();
      const isSame = time - last < patience.sameKeyPress;
      last = time;
      if (isSame) return;
      presses++;
      if (presses === 2) endIn(patience.abort);
      else if (presses === 3) endIn(patience.leave);
    },
    over: () => clearTimeout(timer),
    get hasEnded() { return hasEnded; },
  };
}
