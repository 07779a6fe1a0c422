/** A trajectory cut down to what the sidebar shows. */
import type { TrajectoryLine } from '../../run/folder/lines.ts';
import type { Brief, FromBrief } from '../../../webview/brief/protocol.ts';
import { earnedBy, totalEarned } from '../earned.ts';
import type { Api } from '../host.ts';
import { plainLine } from './words.ts';

const mostSteps = 200;

/** The brief of a trajectory. Whatever its texts hold, no more than some 40 kB. */
export function briefOf({ l10n: { t } }: Api, { taskId, query, outcome, solved, split, iteration, steps }: TrajectoryLine, selected?: number): Brief {
  const earned = earnedBy(steps);
  return {
    taskId: plainLine(taskId), query: query.slice(0, 600), outcome: plainLine(outcome, 40), solved, place: t('Iteration {0}, split {1}', iteration, plainLine(split)),
    reward: totalEarned(steps) ?? 0, left: Math.max(0, steps.length - mostSteps), ...(selected === undefined ? {} : { selected }),
    steps: steps.slice(0, mostSteps).map((step) => ({ index: step.index, action: plainLine(step.action), outcome: plainLine(step.toolOutcome, 40), reward: earned(step) })),
  };
}

/** Reads what the page says; undefined for anything else. */
export function readFromBrief(value: unknown): FromBrief | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type === 'ready') return { type: 'ready' };
  if (value.type !== 'open') return undefined;
  const step = 'step' in value && typeof value.step === 'number' && Number.isSafeInteger(value.step) && value.step >= 0 ? value.step : undefined;
  return { type: 'open', ...(step === undefined ? {} : { step }) };
}
