/** A trajectory as a line of the list. */
import type { TrajectoryRow } from '../../../webview/trajectory/protocol.ts';
import type { SampledTrajectory } from '../../../webview/report/model.ts';
import { totalEarned } from '../earned.ts';

/** Outcomes that the page marks with a cross. A tool that finds nothing is no failure, and neither is an outcome of a later version. */
const failures = new Set(['invalidArguments', 'unknownTool', 'unreadableCall', 'timeout', 'error', 'invalidFinish']);

/** Whether a step's call failed. */
export const isFailed = (toolOutcome: string): boolean => failures.has(toolOutcome);

/** The row of the trajectory at `line`. */
export function rowOf(trajectory: SampledTrajectory, line: number): TrajectoryRow {
  const { id, query, iteration, taskId, split, sample, outcome, solved, steps } = trajectory;
  return {
    kind: 'trajectory', line, id: id.slice(0, 300), query: query.slice(0, 300), iteration, taskId: taskId.slice(0, 300), split: split.slice(0, 100), sample, outcome: outcome.slice(0, 100), solved,
    steps: steps.length, failed: steps.filter(({ toolOutcome }) => isFailed(toolOutcome)).length, reward: totalEarned(steps),
  };
}
