import type { Channel } from './io.ts';

/** Milliseconds between two drawings. */
const least = 100;
const clearLine = '\r\u001b[2K';

/** Counts episodes: shown redrawn in place on a terminal and not at all elsewhere, gone when all are done. */
export class EpisodeCounter {
  done = 0;
  all = 0;
  /** Of which of several policies the episodes are, as ` of 20250101-120000-1a2b#12`; empty if there is one. */
  of = '';
  private drawn = -Infinity;

  constructor(private readonly channel: Channel, private readonly now: () => number = () => performance.now()) {}

  /** Counts anew, for the measurement of a policy of this name. */
  named(policy: string): this {
    [this.done, this.all, this.of] = [0, 0, ` of ${policy}`];
    return this;
  }

  count(done: number, all: number): void {
    [this.done, this.all] = [done, all];
    if (!this.channel.isTerminal || (done < all && this.now() - this.drawn < least)) return;
    this.drawn = this.now();
    this.channel.write(done < all ? `${clearLine}${done} of ${all} episodes${this.of}` : clearLine);
  }

  /** Takes away what is drawn. */
  clear(): void {
    if (this.drawn > -Infinity) this.channel.write(clearLine);
  }
}
