/** Whether a policy still answers: one that has learnt not to goes on calling until it is cut off, and hardly finds back. */
import type { Experiment } from '../../config/schema.ts';

/** Rise of the share of episodes that are cut off, since the first iteration that was seen, that no luck of the tasks explains. */
const rise = 0.5;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Watches the iterations of a run, or of its last part. */
export class Answering {
  private first?: { readonly iteration: number; readonly cutOff: number };
  private isTold = false;

  /**
   * @param cutOff share of the iteration's episodes that were cut off, 0 to 1
   * @returns once, what to do about a policy that has stopped answering
   */
  see(iteration: number, cutOff: number, { warmupUpdates, learningRate }: Pick<Experiment['algorithm'], 'warmupUpdates' | 'learningRate'>): string | undefined {
    this.first ??= { iteration, cutOff };
    if (this.isTold || cutOff - this.first.cutOff < rise) return undefined;
    this.isTold = true;
    const cure = warmupUpdates === 0 ? 'Begin again with algorithm.warmupUpdates, such as 8: the first updates are the largest ones, and of a value head that knows nothing.'
      : `Begin again with a learning rate below ${learningRate}, or more than ${warmupUpdates} algorithm.warmupUpdates.`;
    return `${percent(cutOff)} of this iteration's episodes were cut off, after ${percent(this.first.cutOff)} in iteration ${this.first.iteration}: the policy goes on calling and no longer answers. ${cure} A reward.cutOff.weight, such as 0.5, makes it cost something; a larger reward.isSolved.weight makes answers worth more beside calls that merely work.`;
  }
}
