/** Progress of a download: redrawn for a person, a line at each tenth for a log. */
import type { Progress } from '../compute/install/download.ts';
import { line, type Channel } from './io.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

export interface ProgressLine {
  show(progress: Progress): void;
  /** Ends a line that is being redrawn. */
  end(): void;
}

export function progressLine(to: Channel): ProgressLine {
  let isOpen = false;
  let tenth = -1;
  return {
    show({ done, all }) {
      const text = all > 0 ? `${megabytes(done)} of ${megabytes(all)}, ${Math.floor(100 * done / all)} %` : megabytes(done);
      const now = all > 0 ? Math.floor(10 * done / all) : Math.floor(done / 5e7);
      if (to.isTerminal) {
        to.write(`\r${text.padEnd(40)}`);
        isOpen = true;
      } else if (now !== tenth) line(to, text);
      tenth = now;
    },
    end() {
      if (isOpen) line(to);
      isOpen = false;
    },
  };
}
