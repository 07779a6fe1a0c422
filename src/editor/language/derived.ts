/** What several settings amount to together, in a sentence: nobody should have to multiply while tuning. */
import type { Experiment } from '../../config/schema.ts';

export type Translate = (text: string, ...values: (string | number)[]) => string;

const collecting = /^rollout(\.(tasksPerIteration|samplesPerTask))?$/;
const updating = /^algorithm(\.(epochs|minibatches|iterations))?$/;
const measuring = /^evaluation(\.(tasksPerSplit|samplesPerTask|splits|every))?$/;

/** The sentence for a field or section; undefined where its value speaks for itself. */
export function derived(path: string, { rollout, algorithm, evaluation, credit }: Experiment, t: Translate): string | undefined {
  const trajectories = rollout.tasksPerIteration * rollout.samplesPerTask;
  if (collecting.test(path)) return t('An iteration collects {0} × {1} = {2} trajectories, {3} in the whole run.', rollout.tasksPerIteration, rollout.samplesPerTask, trajectories, trajectories * algorithm.iterations);
  if (updating.test(path)) {
    const updates = algorithm.epochs * algorithm.minibatches;
    return t('An iteration makes {0} × {1} = {2} updates of about {3} trajectories each, {4} updates in the whole run.', algorithm.epochs, algorithm.minibatches, updates, Math.round(trajectories / algorithm.minibatches), updates * algorithm.iterations);
  }
  if (measuring.test(path)) {
    const attempts = evaluation.splits.length * evaluation.tasksPerSplit * evaluation.samplesPerTask;
    const half = 1.96 * Math.sqrt(0.25 / (evaluation.splits.length * evaluation.tasksPerSplit));
    return t('An evaluation makes {0} attempts; its mean pass rate is good to about ± {1} % (95 %).', attempts, (100 * half).toFixed(1));
  }
  if (/^credit\.(gamma|lambda|mode)$/.test(path) && credit.mode !== 'monteCarlo') {
    const decay = credit.gamma * credit.lambda;
    const of = credit.mode === 'step' ? t('steps') : t('tokens');
    return decay >= 1 ? t('Nothing of the credit is lost on the way.') : t('Of the credit, {0} % is left after 5 {2}, {1} % after 50.', (100 * decay ** 5).toFixed(0), (100 * decay ** 50).toPrecision(2), of);
  }
  return undefined;
}
