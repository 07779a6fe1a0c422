/** The page's texts in the user's language: a page cannot ask for translations, so the host hands them over. */
import type { Api } from '../host.ts';

/** Every text of the page; `{0}` and `{1}` are filled in by the page. */
export function stringsOf(translate: Api['l10n']['t']) {
  // The places are filled with themselves, so that they are still there for the page.
  const t = (message: string): string => translate(message, '{0}', '{1}');
  return {
    all: t('All'), search: t('Search'), searchHint: t('query, thought, tool, observation'), result: t('Result'), solved: t('Solved'), notSolved: t('Not solved'),
    ending: t('Ending'), iteration: t('Iteration'), numberHint: t('a number'), split: t('Split'), splitHint: t('for instance train'), task: t('Task'), exactHint: t('exact name'),
    calledTool: t('Called tool'), moreFilters: t('More filters'), filters: t('Filter the trajectories'), clearFilters: t('Clear filters'),
    trajectories: t('Trajectories'), trajectory: t('Trajectory'), trajectoryOf: t('Trajectory {0}'), query: t('the query'),
    counted: t('{0} trajectories'), foundOf: t('{0} of {1} trajectories'), counting: t('counting\u2026'), looking: t('looked at {0}\u2026'),
    badLine: t('Line {0} cannot be read'), iterationShort: t('iteration {0}'), sampleShort: t('sample {0}'), stepCount: t('{0} steps'), failedCount: t('{0} failed'), totalReward: t('Total reward'),
    openText: t('Open as Text'), loading: t('Loading\u2026'), nothing: t('No trajectory passes these filters.'), nothingYet: t('This file holds no trajectories yet. It fills when the first iteration ends.'),
    actions: t('Actions on this trajectory'), previousFailed: t('Previous Failed'), nextFailed: t('Next Failed'), tokens: t('Tokens'), compare: t('Compare'), copy: t('Copy JSON'), undo: t('Undo Score'), redo: t('Redo Score'),
    noNextFailed: t('No further step failed.'), noPreviousFailed: t('No earlier step failed.'), noSteps: t('This trajectory has no steps.'),
    lacks: t('Of the format, this line lacks: {0}.'), replaced: t('The run was resumed: its last lines were written anew.'),
    copied: t('The trajectory is on the clipboard, as JSON.'), copiedStep: t('Step {0} is on the clipboard, as JSON.'),
    score: t('Score\u2026'), scoreStep: t('Score step {0} by hand'), scoreTrajectory: t('Score Trajectory\u2026'), scoreWhole: t('Score the whole trajectory by hand'), wholeTrajectory: t('Whole trajectory'), scoreHere: t('Only trajectories of the run that is open can be scored.'), part: t('Reward part'), value: t('Value'), note: t('Note'), noteHint: t('why, for whoever reads it later'),
    keep: t('Keep'), takeBack: t('Take Back'), cancel: t('Cancel'), kept: t('score kept.'), takenBack: t('score taken back.'), undone: t('undone.'), redone: t('done again.'), undoHint: t('Press u to undo.'),
    nothingToUndo: t('There is no score to undo.'), nothingToRedo: t('There is no score to redo.'), stepNumber: t('Step {0}'),
    channels: { logProb: t('log-probability'), logRatio: t('log-ratio to the reference'), advantage: t('advantage'), value: t('value'), entropy: t('entropy') },
    maskOnly: t('nothing, mask only'), colourBy: t('Colour tokens by'), tokensLabel: t('Tokens. The arrow keys move from one to the next.'), tokenHint: t('Point at a token, or move with the arrow keys, to read its numbers.'),
    tokenAt: t('Token {0}, id {1}'), written: t('written by the policy, trained on'), given: t('given to the policy, masked'), stepWrote: t('Step {0}: the policy wrote'), givenStretch: t('Given to the policy, masked: {0} tokens'),
    moreTokens: t('Show more of {0} tokens'), ownTokens: t('trained on: {0}'), givenTokens: t('masked: {0}'),
    legendSigned: t('Legend: {0} from minus {1}, bars above, to plus {1}, bars below'), legendPlain: t('Legend: {0}, bars below, up to {1}'),
    compareIn: t('Compare with an attempt in'), attempt: t('Attempt at the same task'), otherRun: t('Another Run\u2026'), closeComparison: t('Close'), lookingForAttempts: t('Looking for attempts at the same task\u2026'),
    noAttempts: t('There is no other attempt at this task. Choose another run.'), notAllAttempts: t('There are more attempts than are listed.'),
    noStepHere: t('no step here'), onlyOne: t('in one attempt only'), sameCall: t('same call'), sameTool: t('same tool, other arguments'), otherTool: t('other tool'),
    keys: t('Keys'), keyTrajectory: t('next, previous trajectory'), keyStep: t('next, previous step'), keyFailed: t('next, previous failed step'), keyScore: t('score the step'), keyScoreWhole: t('score the whole trajectory'), keyUndo: t('undo, redo a score'), keyTokens: t('tokens'), keyCompare: t('compare'), keyCopy: t('copy the focused step, or the trajectory'), keySearch: t('search'), keyHelp: t('show or hide the keys'),
  };
}
export type Strings = ReturnType<typeof stringsOf>;
