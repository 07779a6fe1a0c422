/** The tokens of a run's own trajectories, which lie beside them in its folder. */
import { existsSync } from 'node:fs';
import type { Recording } from '../../rollout/recorded/recording.ts';
import { runPath } from '../folder/paths.ts';
import { fileSource } from '../folder/source.ts';
import { openTokens, type TokenFile } from '../folder/tokens.ts';

/**
 * The recordings with the tokens that were written, where the folder has them: trajectories of a training run do, those of
 * a file that was moved elsewhere do not.
 * @throws RunFolderError `corrupt` for a token file that is damaged
 */
export async function withTokens(recordings: readonly Recording[], folder: string): Promise<Recording[]> {
  const files = new Map<number, TokenFile | undefined>();
  const found: Recording[] = [];
  for (const recording of recordings) {
    const iteration = iterationIn(recording.id);
    if (iteration !== undefined && !files.has(iteration)) {
      const path = runPath.tokens(folder, iteration);
      files.set(iteration, existsSync(path) ? await openTokens(fileSource(path)) : undefined);
    }
    const row = iteration === undefined ? undefined : await files.get(iteration)?.row(recording.id);
    found.push(row ? { ...recording, ids: row.ids } : recording);
  }
  return found;
}

/** The iteration of a training trajectory's name, `t12/…`. */
function iterationIn(id: string): number | undefined {
  const digits = /^t(\d{1,15})\//.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
