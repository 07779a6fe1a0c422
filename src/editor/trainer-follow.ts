import { showFailure, type Host } from './host.ts';
import { views } from './ids.ts';
import type { Trainings } from './trainer-list.ts';
import { readMessage } from './trainer-messages.ts';
import { startTrainer, type Ending } from './trainer-process.ts';

export interface Followed {
  readonly ending: Ending;
  /** The run's folder, if the trainer got as far as naming it. */
  readonly folder?: string;
  /** What it printed. */
  readonly output: readonly string[];
}

export interface Work {
  /** What people read while it runs. */
  readonly title: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Whether it writes a run folder. */
  readonly writes: boolean;
  /** The run's folder where it is known from the start. */
  readonly folder?: string;
}

/**
 * Runs the command line to its end. Meanwhile it is among the trainings, which the status bar shows, and the view of
 * experiments shows that something goes on. Undefined, and the user told, if there is no Node to run it with.
 */
export async function followTrainer(host: Host, trainings: Trainings, { title, args, cwd, writes, folder: known }: Work): Promise<Followed | undefined> {
  const { api, log } = host;
  const { t } = api.l10n;
  const node = await host.node().catch((error: unknown) => showFailure(host, error instanceof Error ? error.message : String(error)).then(() => null));
  if (node === null) return undefined;
  let folder = known;
  const told = (message: unknown): void => {
    const heard = readMessage(message, (text, ...values) => t(text, ...values));
    switch (heard?.kind) {
      case undefined: return;
      case 'started':
        folder = heard.folder;
        return trainings.change(trainer, { folder, iteration: heard.resumedFrom, iterations: heard.iterations });
      case 'iteration': return trainings.change(trainer, { iteration: heard.iteration, iterations: heard.iterations, message: heard.message });
      case 'doing': return trainings.change(trainer, { message: heard.message });
      case 'warning': return log.warn(heard.message);
    }
  };
  const silent = (): void => {
    const now = t('Stop Now');
    void api.window.showWarningMessage(t('{0}: the trainer has said nothing for ten minutes. It may be busy with a large update, or stuck.', title), now)
      .then((chosen) => { if (chosen === now) trainer.stopNow(); });
  };
  const trainer = startTrainer(host, args, cwd, { message: told, silent }, node);
  trainings.start(title, trainer, writes);
  if (folder !== undefined) trainings.change(trainer, { folder });
  try {
    const ending = await api.window.withProgress({ location: { viewId: views.experiments }, title }, () => trainer.ended);
    return { ending, folder, output: trainer.output };
  } finally {
    trainings.end(trainer);
  }
}
