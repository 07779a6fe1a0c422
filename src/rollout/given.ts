/**
 * What the policy was given of each episode, id by id: its prompt, its own tokens, what came back. An episode that is handed on has to
 * begin with just that. Ids are only ever appended, so that nothing here should ever be found; were it, an update would learn from a
 * dialogue that was never played, and nobody would see.
 */
import type { Episode } from './episode.ts';

export class Given {
  private readonly ids = new Map<Episode, number[]>();

  add(episode: Episode, ids: readonly number[]): void {
    const given = this.ids.get(episode);
    if (given) for (const id of ids) given.push(id);
    else this.ids.set(episode, [...ids]);
  }

  /** Forgets an episode that is over. @throws naming the first token that is another now */
  check(episode: Episode): void {
    const { task, sample, tokens: { ids } } = episode;
    const at = (this.ids.get(episode) ?? []).findIndex((id, t) => ids[t] !== id);
    this.ids.delete(episode);
    if (at >= 0) throw new Error(`Token ${at} of task ${task.id}, sample ${sample}, is not what the policy was given. Nothing is learnt from such an episode: this is a defect of the program.`);
  }
}
