// Attempts written down as scenarios.
import type { Attempt } from '../../src/reward/score.ts';
import type { RewardSettings } from '../../src/reward/settings.ts';
import type { Json, ToolOutcome } from '../../src/world/tool.ts';
import { spacedJson } from '../../src/world/toolset.ts';
import type { Outcome, Step } from '../../src/world/trajectory.ts';

export const settings: RewardSettings = {
  succCalling: { weight: 1, rule: 'outcome' },
  contribution: { weight: 1, rule: 'usedLater', lcsThreshold: 0.3 },
  isSolved: { weight: 1, rule: 'checker' },
  cutOff: { weight: 0 },
  normaliser: 'half',
  alpha: 1,
};

type Written = Pick<Step, 'action' | 'arguments' | 'observation' | 'toolOutcome'>;

export const call = (action: string, args: Json, response: Json, toolOutcome: ToolOutcome = 'ok', error = ''): Written =>
  ({ action, arguments: JSON.stringify(args), observation: spacedJson({ error, response }), toolOutcome });

export const answer = (text: string): Written => call('Finish', { return_type: 'give_answer', final_answer: text }, 'Answer given', 'answered');
export const giveUp: Written = call('Finish', { return_type: 'give_up_and_restart' }, 'Gave up', 'gaveUp');

export const attempt = (query: string, outcome: Outcome, ...steps: Written[]): Attempt => ({
  query,
  outcome,
  steps: steps.map((step, index): Step => ({ ...step, index, thought: '', tokens: { start: index, end: index + 1 }, reward: {}, seconds: 0 })),
});
