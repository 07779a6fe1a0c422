/** An attempt as a person reads it. Whatever policies and tools wrote is shown as text and nothing else. */
import { words } from '../../webview/shared/format.ts';
import { isToolFailure } from '../evaluate/tool-failures.ts';
import type { Step, Trajectory } from '../world/trajectory.ts';
import type { Paint } from './paint.ts';
import { labelled, safeLine } from './plain-text.ts';

/** `succCalling 1, contribution 0: 0.5`, parts first, their combination last. */
function rewardText({ reward }: Step): string {
  const { step, ...parts } = reward;
  const shown = (value: number): string => String(Math.round(value * 1e4) / 1e4);
  const list = Object.entries(parts).map(([name, value]) => `${name} ${shown(value)}`).join(', ');
  return step === undefined ? list : `${list}, together ${shown(step)}`;
}

function stepText(step: Step, paint: Paint): string[] {
  const colour = step.toolOutcome === 'answered' ? paint.green : step.toolOutcome === 'gaveUp' || isToolFailure(step.toolOutcome) ? paint.red : paint.cyan;
  return [
    paint.bold(`  Step ${step.index + 1}`),
    labelled('    Thought:      ', step.thought || '-'),
    labelled('    Action:       ', step.action || '-'),
    labelled('    Action Input: ', step.arguments || '-'),
    labelled('    Observation:  ', step.observation || '-'),
    `    Outcome:      ${colour(words(step.toolOutcome))}`,
    paint.dim(`    Reward:       ${rewardText(step)}`),
  ];
}

/** One attempt: the task, its steps, and how it ended. */
export function transcript({ taskId, level, split, sample, query, tools, steps, outcome, solved }: Trajectory, paint: Paint): string {
  return [
    paint.bold(`${safeLine(taskId)}  ${level}, ${safeLine(split)}${sample > 0 ? `, sample ${sample}` : ''}`),
    labelled('  Query: ', query),
    `  Tools: ${tools.map(safeLine).join(', ')}`,
    ...steps.flatMap((step) => stepText(step, paint)),
    `  ${solved ? paint.green('Solved') : paint.red('Not solved')} (${words(outcome)}), ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`,
  ].join('\n');
}
