import type { Channel } from './io.ts';

/** Milliseconds between two drawings. */
const least = 100;
const clearLine = '\r\u001b[2K';

/** Counts episodes: shown redrawn in place on a terminal and not at all elsewhere, gone when all are done. */
export class EpisodeCounter {
  done = 0;
  all = 0;
  private drawn = -Infinity;

  constructor(private readonly channel: Channel, private readonly now: () => number = () => performance.now()) {}

  count(done: number, all: number): void {
    [this.done, this.all] = [done, all];
    if (!this.channel.isTerminal || (done < all && this.now() - this.drawn < least)) return;
    this.drawn = this.now();
    this.channel.write(done < all ? `${clearLine}${done} of ${all} episodes` : clearLine);
  }

  /** Takes away what is drawn. */
  clear(): void {
    if (this.drawn > -Infinity) this.channel.write(clearLine);
  }
}
