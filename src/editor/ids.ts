/** Every name that package.json contributes and code refers to. A test holds the two together. */

export const commands = {
  train: 'steptool.train',
  resume: 'steptool.resume',
  openReport: 'steptool.openReport',
  exportCheckpoint: 'steptool.exportCheckpoint',
  openTrajectory: 'steptool.openTrajectory',
  openCurves: 'steptool.openCurves',
  newExperiment: 'steptool.newExperiment',
  duplicateExperiment: 'steptool.duplicateExperiment',
  compareConfig: 'steptool.compareConfig',
  explain: 'steptool.explain',
  openWalkthrough: 'steptool.openWalkthrough',
  evaluate: 'steptool.evaluate',
  rollout: 'steptool.rollout',
  stop: 'steptool.stop',
  stopNow: 'steptool.stopNow',
  checkEngines: 'steptool.checkEngines',
  trainingActions: 'steptool.trainingActions',
  compareRuns: 'steptool.compareRuns',
  showCurves: 'steptool.showCurves',
  showTrajectory: 'steptool.showTrajectory',
  refreshExperiments: 'steptool.refreshExperiments',
  filterTrajectories: 'steptool.filterTrajectories',
  clearFilter: 'steptool.clearFilter',
  deleteRun: 'steptool.deleteRun',
  revealRun: 'steptool.revealRun',
  copyRunPath: 'steptool.copyRunPath',
  openUsedFile: 'steptool.openUsedFile',
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

/** The sidebar's container and its views. */
export const container = 'steptool';
export const views = { experiments: 'steptool.experiments', trajectory: 'steptool.trajectory' } as const;

/** What `when` clauses ask for; set by code. */
export const contextKeys = { training: 'steptool.isTraining', filtered: 'steptool.isFiltered' } as const;

/** The item of the status bar. */
export const statusId = 'steptool.status';

/** Settings, in full. */
export const settings = { nodePath: 'steptool.trainer.nodePath' } as const;

/** Commands of the pages, which the sidebar calls. */
export const pages = { openTrajectory: 'steptool.openTrajectory', openCurves: 'steptool.openCurves' } as const;
