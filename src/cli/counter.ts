import type { Channel } from './io.ts';

/** Milliseconds between two drawings. */
const least = 100;

/** Shows how many episodes are done, redrawn in place on a terminal and not at all elsewhere; gone when all are. */
export function episodeCounter(channel: Channel, now: () => number = () => performance.now()): (done: number, all: number) => void {
  let drawn = -Infinity;
  return (done, all) => {
    if (!channel.isTerminal || (done < all && now() - drawn < least)) return;
    drawn = now();
    channel.write(done < all ? `\r\u001b[2K${done} of ${all} episodes` : '\r\u001b[2K');
  };
}
