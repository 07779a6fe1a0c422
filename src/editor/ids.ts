/** Every name that package.json contributes and code refers to. A test holds the two together. */

export const commands = {
  train: 'steptool.train',
  resume: 'steptool.resume',
  openReport: 'steptool.openReport',
  openTrajectory: 'steptool.openTrajectory',
  openCurves: 'steptool.openCurves',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/** Editors: ours, and the editor's own for text. */
export const viewTypes = { trajectories: 'steptool.trajectories', text: 'default' } as const;

/** The type of the curves page's panels. */
export const curvesView = 'steptool.curves';

/** The language of `*.steptool.json`: JSON with comments. */
export const language = 'steptool';

/** How an experiment file's name ends. */
export const experimentEnding = '.steptool.json';

/** Name of the log's output channel, and the source that diagnostics name. */
export const displayName = 'StepTool';
