/** Trajectories made small enough to embed: long texts are cut, and say so. */
import type { SampledTrajectory } from '../../../webview/report/model.ts';
import type { Step } from '../../world/trajectory.ts';
import type { TrajectoryLine } from '../folder/lines.ts';

/** The first `most` UTF-16 units of a text, never half a character, with a note of what is left out. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text[most - 1]) ? most - 1 : most;
  return `${text.slice(0, end)}\n[${text.length - end} more characters are in trajectories.jsonl]`;
}

/** Rewards that are numbers; a null part has no value. */
const numbers = (parts: Readonly<Record<string, number | null>>): Record<string, number> =>
  Object.fromEntries(Object.entries(parts).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function cutStep(step: Step, most: number): Step {
  const { index, thought, action, observation, toolOutcome, tokens, reward } = step;
  return {
    index, thought: cutText(thought, most), action: cutText(action, 200), arguments: cutText(step.arguments, most), observation: cutText(observation, most), toolOutcome,
    tokens: { start: tokens.start, end: tokens.end }, reward: numbers(reward),
    return: number(step.return), advantage: number(step.advantage), value: number(step.value), seconds: number(step.seconds) ?? 0,
  };
}

/** The trajectory with every text at most `most` long, and nothing but what the page shows. */
export function cutTrajectory(line: TrajectoryLine, most: number): SampledTrajectory {
  const { id, iteration, taskId, split, query, tools, sample, seed, weightsVersion, outcome, solved, steps } = line;
  return {
    id, iteration, taskId, split, level: line.level ?? 'I1', query: cutText(query, most), tools: tools.slice(0, 100).map((tool) => cutText(tool, 200)),
    sample, seed, weightsVersion, outcome, solved, steps: steps.slice(0, 200).map((step) => cutStep(step, most)),
  };
}

/** Cuts all, harder the more there is, until the JSON is at most `bytes` long; in the end it leaves trajectories out. */
export function cutToFit(lines: readonly TrajectoryLine[], bytes: number): SampledTrajectory[] {
  const size = (what: unknown): number => Buffer.byteLength(JSON.stringify(what));
  for (const most of [6000, 2000, 600, 200]) {
    const cut = lines.map((line) => cutTrajectory(line, most));
    if (size(cut) <= bytes) return cut;
  }
  const kept: SampledTrajectory[] = [];
  let total = 0;
  for (const line of lines) {
    const cut = cutTrajectory(line, 200);
    total += size(cut);
    if (total > bytes) break;
    kept.push(cut);
  }
  return kept;
}
