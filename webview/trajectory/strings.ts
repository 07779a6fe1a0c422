/** Everything the trajectory page and the sidebar's brief of it say, in English; an editor in another language hands over its own. */
import { plain } from '../shared/format.ts';
import { speech } from '../shared/speech.ts';

/** A place `{0}` is filled in by the page. */
export const english = {
  all: 'All', search: 'Search', searchHint: 'query, thought, tool, observation', result: 'Result', solved: 'Solved', notSolved: 'Not solved',
  ending: 'Ending', iteration: 'Iteration', numberHint: 'a number', split: 'Split', splitHint: 'for instance train', task: 'Task', exactHint: 'exact name',
  calledTool: 'Called tool', rewardRange: 'Range of rewards', rewardHint: 'for instance 0.5..2, ..0 or 1..', rangeWanted: 'Write two numbers with two dots between them; either may be missing.', moreFilters: 'More filters', filters: 'Filter the trajectories', clearFilters: 'Clear filters',
  trajectories: 'Trajectories', trajectory: 'Trajectory', trajectoryOf: 'Trajectory {0}', query: 'the query',
  counted: '{0} trajectories', countedOne: '1 trajectory', foundOf: '{0} of {1} trajectories', counting: 'counting\u2026', looking: 'looked at {0}\u2026',
  badLine: 'Line {0} cannot be read', iterationShort: 'iteration {0}', sampleShort: 'sample {0}', stepCount: '{0} steps', failedCount: '{0} failed', totalReward: 'Total reward',
  openText: 'Open as Text', loading: 'Loading\u2026', nothing: 'No trajectory passes these filters.', nothingYet: 'This file holds no trajectories yet. It fills when the first iteration ends.',
  actions: 'Actions on this trajectory', previousFailed: 'Previous Failed', nextFailed: 'Next Failed', tokens: 'Tokens', compare: 'Compare', copy: 'Copy JSON', undo: 'Undo Score', redo: 'Redo Score',
  noNextFailed: 'No further step failed.', noPreviousFailed: 'No earlier step failed.', noSteps: 'This trajectory has no steps.',
  lacks: 'Of the format, this line lacks: {0}.',
  copied: 'The trajectory is on the clipboard, as JSON.', copiedStep: 'Step {0} is on the clipboard, as JSON.',
  score: 'Score\u2026', scoreStep: 'Score step {0} by hand', scoreTrajectory: 'Score Trajectory\u2026', scoreWhole: 'Score the whole trajectory by hand', wholeTrajectory: 'Whole trajectory', scoreHere: 'Only trajectories of the run that is open can be scored.', part: 'Reward part', value: 'Value', note: 'Note', noteHint: 'why, for whoever reads it later',
  keep: 'Keep', takeBack: 'Take Back', cancel: 'Cancel', kept: 'score kept.', takenBack: 'score taken back.', undone: 'undone.', redone: 'done again.', undoHint: 'Press u to undo.',
  nothingToUndo: 'There is no score to undo.', nothingToRedo: 'There is no score to redo.', stepNumber: 'Step {0}',
  logProbChannel: 'log-probability', logRatioChannel: 'log-ratio to the reference', advantageChannel: 'advantage', valueChannel: 'value', entropyChannel: 'entropy',
  maskOnly: 'nothing, mask only', colourBy: 'Colour tokens by', tokensLabel: 'Tokens. The arrow keys move from one to the next.', tokenHint: 'Point at a token, or move with the arrow keys, to read its numbers.',
  tokenAt: 'Token {0}, id {1}', written: 'written by the policy, trained on', given: 'given to the policy, masked', stepWrote: 'Step {0}: the policy wrote', givenStretch: 'Given to the policy, masked: {0} tokens',
  moreTokens: 'Show more of {0} tokens', ownTokens: 'trained on: {0}', givenTokens: 'masked: {0}',
  legendSigned: 'Legend: {0} from minus {1}, bars above, to plus {1}, bars below', legendPlain: 'Legend: {0}, bars below, up to {1}',
  compareIn: 'Compare with an attempt in', attempt: 'Attempt at the same task', otherRun: 'Another Run\u2026', closeComparison: 'Close', lookingForAttempts: 'Looking for attempts at the same task\u2026',
  noAttempts: 'There is no other attempt at this task. Choose another run.', notAllAttempts: 'There are more attempts than are listed.',
  noStepHere: 'no step here', onlyOne: 'in one attempt only', sameCall: 'same call', sameTool: 'same tool, other arguments', otherTool: 'other tool',
  keys: 'Keys', keyTrajectory: 'next, previous trajectory', keyStep: 'next, previous step', keyFailed: 'next, previous failed step', keyScore: 'score the step', keyScoreWhole: 'score the whole trajectory', keyUndo: 'undo, redo a score', keyTokens: 'tokens', keyCompare: 'compare', keyCopy: 'copy the focused step, or the trajectory', keySearch: 'search', keyHelp: 'show or hide the keys',
  policyWrote: 'The policy wrote', wasGiven: 'It was given', thought: 'Thought', action: 'Action', arguments: 'Arguments', observation: 'Observation',
  thoughtOf: 'the thought of step {0}', argumentsOf: 'the arguments of step {0}', observationOf: 'the observation of step {0}', noReadableCall: 'no readable call', noCall: 'no call',
  oneToken: '1 token', tokenCount: '{0} tokens', oneStep: '1 step', oneUpdate: 'after 1 update', updateCount: 'after {0} updates', taskShort: 'task {0}',
  oneTool: '1 tool on offer, {0} called', toolCount: '{0} tools on offer, {1} called', wasCalled: '(called)',
  maskGiven: 'Given: {0}', maskWrote: 'Step {0} wrote {1}', maskLabel: 'Loss mask: the policy wrote {0} of {1} tokens, and only those are trained on', maskOwn: 'written by the policy, trained on: {0}', maskRest: 'given to it, masked: {0}',
  matrix: 'Reward parts and credit of each step', step: 'Step', combined: 'Combined', creditAdvantage: 'Advantage', creditValue: 'Value', creditReturn: 'Return',
  unseenCharacter: 'a character that cannot be seen', showLess: 'Show less', showAll: 'Show all of {0} characters', showMore: 'Show more of {0} characters', showOf: '{0} of {1}',
  outcomeOk: 'ok', outcomeUnknown: 'unknown', outcomeEmpty: 'empty', outcomeNotFound: 'not found', outcomeTransient: 'transient', outcomeInvalidArguments: 'invalid arguments', outcomeUnknownTool: 'unknown tool', outcomeUnreadableCall: 'unreadable call', outcomeTimeout: 'timeout', outcomeError: 'error', outcomeInvalidFinish: 'invalid finish',
  answered: 'answered', gaveUp: 'gave up', outOfTurns: 'truncated: out of turns', outOfTokens: 'truncated: out of tokens', outOfTime: 'truncated: out of time',
  stepOutcome: 'This step\u2019s outcome: {0}', isSolved: 'solved', isNotSolved: 'not solved', accepted: 'The checker accepts the answer', notAccepted: 'The checker does not accept the answer', truncated: 'Truncated: a budget ran out', terminated: 'Terminated by the policy itself',
  openFull: 'Open Full Page', selectFirst: 'Select a trajectory under an iteration of a run to see it here in brief.', oneMoreStep: '1 more step on the full page', moreSteps: '{0} more steps on the full page',
} as const;

export type Key = keyof typeof english;
export type Strings = Readonly<Record<Key, string>>;

export const { say, speak } = speech<Key>(english);

/** `1 step` or `3 steps`: one of two strings by the number, which is filled in as `{0}`; further values follow it. */
export const sayMany = (n: number, one: Key, many: Key, ...values: readonly (string | number)[]): string => (n === 1 ? say(one, ...values) : say(many, plain(n), ...values));
