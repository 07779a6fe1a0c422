/** What the trajectory page and the sidebar's brief of it say, in the editor's language. The English is the page's own; a test holds the two together. */
import type { Strings } from '../../../webview/trajectory/strings.ts';
import type { Translate } from '../host.ts';

/** Every string of the pages, translated; `{0}` and so on are left for the page to fill. */
export function stringsFor(translate: Translate): Strings {
  // The editor fills in placeholders as it translates: each is filled with itself.
  const t = (message: string): string => translate(message, '{0}', '{1}');
  return {
    all: t('All'), search: t('Search'), searchHint: t('query, thought, tool, observation'), result: t('Result'), solved: t('Solved'), notSolved: t('Not solved'),
    ending: t('Ending'), iteration: t('Iteration'), numberHint: t('a number'), split: t('Split'), splitHint: t('for instance train'), task: t('Task'), exactHint: t('exact name'),
    calledTool: t('Called tool'), rewardRange: t('Range of rewards'), rewardHint: t('for instance 0.5..2, ..0 or 1..'), rangeWanted: t('Write two numbers with two dots between them; either may be missing.'), moreFilters: t('More filters'), filters: t('Filter the trajectories'), clearFilters: t('Clear filters'),
    trajectories: t('Trajectories'), trajectory: t('Trajectory'), trajectoryOf: t('Trajectory {0}'), query: t('the query'),
    counted: t('{0} trajectories'), countedOne: t('1 trajectory'), foundOf: t('{0} of {1} trajectories'), counting: t('counting\u2026'), looking: t('looked at {0}\u2026'),
    badLine: t('Line {0} cannot be read'), iterationShort: t('iteration {0}'), sampleShort: t('sample {0}'), stepCount: t('{0} steps'), failedCount: t('{0} failed'), totalReward: t('Total reward'),
    openText: t('Open as Text'), loading: t('Loading\u2026'), nothing: t('No trajectory passes these filters.'), nothingYet: t('This file holds no trajectories yet. It fills when the first iteration ends.'),
    actions: t('Actions on this trajectory'), previousFailed: t('Previous Failed'), nextFailed: t('Next Failed'), tokens: t('Tokens'), compare: t('Compare'), copy: t('Copy JSON'), undo: t('Undo Score'), redo: t('Redo Score'),
    noNextFailed: t('No further step failed.'), noPreviousFailed: t('No earlier step failed.'), noSteps: t('This trajectory has no steps.'),
    lacks: t('Of the format, this line lacks: {0}.'),
    copied: t('The trajectory is on the clipboard, as JSON.'), copiedStep: t('Step {0} is on the clipboard, as JSON.'),
    score: t('Score\u2026'), scoreStep: t('Score step {0} by hand'), scoreTrajectory: t('Score Trajectory\u2026'), scoreWhole: t('Score the whole trajectory by hand'), wholeTrajectory: t('Whole trajectory'), scoreHere: t('Only trajectories of the run that is open can be scored.'), part: t('Reward part'), value: t('Value'), note: t('Note'), noteHint: t('why, for whoever reads it later'),
    keep: t('Keep'), takeBack: t('Take Back'), cancel: t('Cancel'), kept: t('score kept.'), takenBack: t('score taken back.'), undone: t('undone.'), redone: t('done again.'), undoHint: t('Press u to undo.'),
    nothingToUndo: t('There is no score to undo.'), nothingToRedo: t('There is no score to redo.'), stepNumber: t('Step {0}'),
    logProbChannel: t('log-probability'), logRatioChannel: t('log-ratio to the reference'), advantageChannel: t('advantage'), valueChannel: t('value'), entropyChannel: t('entropy'),
    maskOnly: t('nothing, mask only'), colourBy: t('Colour tokens by'), tokensLabel: t('Tokens. The arrow keys move from one to the next.'), tokenHint: t('Point at a token, or move with the arrow keys, to read its numbers.'),
    tokenAt: t('Token {0}, id {1}'), written: t('written by the policy, trained on'), given: t('given to the policy, masked'), stepWrote: t('Step {0}: the policy wrote'), givenStretch: t('Given to the policy, masked: {0} tokens'),
    moreTokens: t('Show more of {0} tokens'), ownTokens: t('trained on: {0}'), givenTokens: t('masked: {0}'),
    legendSigned: t('Legend: {0} from minus {1}, bars above, to plus {1}, bars below'), legendPlain: t('Legend: {0}, bars below, up to {1}'),
    compareIn: t('Compare with an attempt in'), attempt: t('Attempt at the same task'), otherRun: t('Another Run\u2026'), closeComparison: t('Close'), lookingForAttempts: t('Looking for attempts at the same task\u2026'),
    noAttempts: t('There is no other attempt at this task. Choose another run.'), notAllAttempts: t('There are more attempts than are listed.'),
    noStepHere: t('no step here'), onlyOne: t('in one attempt only'), sameCall: t('same call'), sameTool: t('same tool, other arguments'), otherTool: t('other tool'),
    keys: t('Keys'), keyTrajectory: t('next, previous trajectory'), keyStep: t('next, previous step'), keyFailed: t('next, previous failed step'), keyScore: t('score the step'), keyScoreWhole: t('score the whole trajectory'), keyUndo: t('undo, redo a score'), keyTokens: t('tokens'), keyCompare: t('compare'), keyCopy: t('copy the focused step, or the trajectory'), keySearch: t('search'), keyHelp: t('show or hide the keys'),
    policyWrote: t('The policy wrote'), wasGiven: t('It was given'), thought: t('Thought'), action: t('Action'), arguments: t('Arguments'), observation: t('Observation'),
    thoughtOf: t('the thought of step {0}'), argumentsOf: t('the arguments of step {0}'), observationOf: t('the observation of step {0}'), noReadableCall: t('no readable call'), noCall: t('no call'),
    oneToken: t('1 token'), tokenCount: t('{0} tokens'), oneStep: t('1 step'), oneUpdate: t('after 1 update'), updateCount: t('after {0} updates'), taskShort: t('task {0}'),
    oneTool: t('1 tool on offer, {0} called'), toolCount: t('{0} tools on offer, {1} called'), wasCalled: t('(called)'),
    maskGiven: t('Given: {0}'), maskWrote: t('Step {0} wrote {1}'), maskLabel: t('Loss mask: the policy wrote {0} of {1} tokens, and only those are trained on'), maskOwn: t('written by the policy, trained on: {0}'), maskRest: t('given to it, masked: {0}'),
    matrix: t('Reward parts and credit of each step'), step: t('Step'), combined: t('Combined'), creditAdvantage: t('Advantage'), creditValue: t('Value'), creditReturn: t('Return'),
    unseenCharacter: t('a character that cannot be seen'), showLess: t('Show less'), showAll: t('Show all of {0} characters'), showMore: t('Show more of {0} characters'), showOf: t('{0} of {1}'),
    outcomeOk: t('ok'), outcomeUnknown: t('unknown'), outcomeEmpty: t('empty'), outcomeNotFound: t('not found'), outcomeTransient: t('transient'), outcomeInvalidArguments: t('invalid arguments'), outcomeUnknownTool: t('unknown tool'), outcomeUnreadableCall: t('unreadable call'), outcomeTimeout: t('timeout'), outcomeError: t('error'), outcomeInvalidFinish: t('invalid finish'),
    answered: t('answered'), gaveUp: t('gave up'), outOfTurns: t('truncated: out of turns'), outOfTokens: t('truncated: out of tokens'), outOfTime: t('truncated: out of time'),
    stepOutcome: t('This step\u2019s outcome: {0}'), isSolved: t('solved'), isNotSolved: t('not solved'), accepted: t('The checker accepts the answer'), notAccepted: t('The checker does not accept the answer'), truncated: t('Truncated: a budget ran out'), terminated: t('Terminated by the policy itself'),
    openFull: t('Open Full Page'), selectFirst: t('Select a trajectory under an iteration of a run to see it here in brief.'), oneMoreStep: t('1 more step on the full page'), moreSteps: t('{0} more steps on the full page'),
  };
}
