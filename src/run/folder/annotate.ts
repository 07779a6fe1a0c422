import { Appender } from './appender.ts';
import { nodeDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { humanAuthor } from './lines.ts';
import type { Annotation } from './lines.ts';
import { runPath } from './paths.ts';

/**
 * Appends a person's scores to a run, whether or not it is being written: `annotations.jsonl` is the one file that takes
 * lines without the lock. On return they are on the disk. Throws RunFolderError, and for authors other than `human:<name>`.
 */
export function annotate(folder: string, scores: readonly Annotation[], { disk = nodeDisk }: { disk?: Disk } = {}): void {
  const other = scores.find((score) => !score.author.startsWith(humanAuthor));
  if (other) throw new Error(`"${other.author}" is no person: only authors that start with "${humanAuthor}" score from outside of a run.`);
  const file = new Appender(disk, runPath.annotations(folder), { shared: true });
  try {
    for (const score of scores) file.append(score);
    file.flush();
  } finally {
    file.close();
  }
}
