/** Long texts, cut before they are posted: a 50 MB observation would stall the page, which asks for more of it when told to. */
import type { SampledTrajectory } from '../../../webview/report/model.ts';
import type { Cut, TextField } from '../../../webview/trajectory/protocol.ts';

/** Characters of a text that are posted at once. */
export const textLimit = 20_000;

/** The end of a piece from `from` on: never between the halves of a surrogate pair, which could not be shown. */
function endOf(text: string, from: number): number {
  const end = Math.min(text.length, from + textLimit);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff && end - 1 > from ? end - 1 : end;
}

/** A piece of a text, at most `textLimit` long. */
export const pieceOf = (text: string, from: number): string => text.slice(from, endOf(text, from));

/** The trajectory with every text cut to `textLimit`, and what was cut. */
export function cutTexts(trajectory: SampledTrajectory): { trajectory: SampledTrajectory; cuts: Cut[] } {
  const cuts: Cut[] = [];
  const cut = (text: string, field: TextField, step?: number): string => {
    if (text.length <= textLimit) return text;
    cuts.push({ step, field, length: text.length });
    return pieceOf(text, 0);
  };
  const steps = trajectory.steps.map((step) => ({
    ...step,
    thought: cut(step.thought, 'thought', step.index), action: cut(step.action, 'action', step.index),
    arguments: cut(step.arguments, 'arguments', step.index), observation: cut(step.observation, 'observation', step.index),
  }));
  return { trajectory: { ...trajectory, query: cut(trajectory.query, 'query'), steps }, cuts };
}

/** The whole text of a field; undefined if there is no such step. */
export function textOf(trajectory: SampledTrajectory, field: TextField, step?: number): string | undefined {
  if (field === 'query') return trajectory.query;
  return step === undefined ? undefined : trajectory.steps[step]?.[field];
}
