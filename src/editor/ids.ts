/** Every name that package.json contributes and code refers to. A test holds the two together. */

export const commands = {
  train: 'steptool.train',
  resume: 'steptool.resume',
  openReport: 'steptool.openReport',
  openTrajectory: 'steptool.openTrajectory',
  openCurves: 'steptool.openCurves',
  newExperiment: 'steptool.newExperiment',
  duplicateExperiment: 'steptool.duplicateExperiment',
  compareConfig: 'steptool.compareConfig',
  explain: 'steptool.explain',
  openWalkthrough: 'steptool.openWalkthrough',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/** Editors: ours, and the editor's own for text. */
export const viewTypes = { trajectories: 'steptool.trajectories', text: 'default' } as const;

/** The type of the curves page's panels. */
export const curvesView = 'steptool.curves';

/** Commands of other features that lenses call. */
export const calledByLenses = { rollout: 'steptool.rollout', evaluate: 'steptool.evaluate', openCurves: 'steptool.openCurves' } as const;

/** The setting that turns lenses off. */
export const lensSetting = 'steptool.codeLens';

/** The type of tasks, and the name of their problem matcher. */
export const taskType = 'steptool';

/** The walkthrough, as the editor names it: publisher, extension, id. */
export const walkthrough = 'steptool.steptool#start';

/** The language of `*.steptool.json`: JSON with comments. */
export const language = 'steptool';

/** Scheme of experiment files as runs recorded them: to be looked at and compared, not edited. */
export const recordedScheme = 'steptool-run';

/** How an experiment file's name ends. */
export const experimentEnding = '.steptool.json';

/** Name of the log's output channel, and the source that diagnostics name. */
export const displayName = 'StepTool';
