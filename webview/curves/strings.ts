/** Everything the curves page says, in English; an editor in another language hands over its own in its first message. */
const english = {
  iteration: 'Iteration', updates: 'Updates', tokens: 'Tokens', seconds: 'Time',
  drawn: 'How the curves are drawn', axis: 'Horizontal axis', smoothing: 'Smoothing', none: 'none', logarithmic: 'Logarithmic scale', checkpoints: '▲ Checkpoints', evaluations: '│ Evaluations',
  lines: 'One line for', eachRun: 'each run', sameSettings: 'runs that differ in seeds', bySetting: 'each {0}',
  band: 'Band over runs', range: 'lowest to highest', deviation: '± standard deviation', noBand: 'none',
  find: 'Find a chart', findHint: 'for instance entropy', noChart: 'No chart has “{0}” in its name.',
  resetZoom: 'Reset zoom', zoomed: '{0}: {1} to {2}', runs: 'Runs', hideOrShow: 'Hide or show {0}', running: 'running', finished: 'finished', stopped: 'stopped', failed: 'failed', interrupted: 'interrupted', unreadable: 'not readable',
  thinned: 'Every {0}th iteration is drawn: the run is long.', seed: 'seed {0}', runsOf: '{0} runs', unset: 'not set',
  differences: 'How the settings differ', sameEverything: 'The runs have the same settings.', differAt: '{0} of {1} settings differ.', setting: 'Setting',
  waiting: 'Reading the run…', empty: 'No metrics yet. The first point appears when the first iteration ends.',
  pinned: 'Pinned', pin: 'Pin', unpin: 'Unpin', larger: 'Larger', smaller: 'Smaller', exportAs: 'Export', exportOf: 'Export {0} as {1}', seriesOf: 'Series of {0}', actionsOf: 'For {0}',
  higher: 'Higher is better.', lower: 'Lower is better.', staysLinear: 'Has values at or below 0: the axis stays linear.',
  chartKeys: 'Chart of {0}. Arrow keys move over the points, Enter shows the trajectories behind one, plus and minus zoom, 0 shows all.',
  reportKeys: 'Chart of {0}. Arrow keys move over the points, plus and minus zoom, 0 shows all.',
  fromTo: '{0} from {1} to {2}', tableBelow: 'The data table below holds the values.', toShow: 'Click for the trajectories', to: '{0} to {1}', meanOf: 'mean of {0}',
  smoothed: '{0}, recorded {1}', recorded: 'recorded {0}', dataTable: 'Data table', dataOf: 'Data of {0}', rowsOf: 'Rows {0} to {1} of {2}', earlier: 'Earlier rows', later: 'Later rows', low: '{0}, low', high: '{0}, high',
} as const;

export type Key = keyof typeof english;
export type Strings = Readonly<Record<Key, string>>;

let strings: Strings = english;

/** Takes over the host's strings; those it does not have stay English. */
export function speak(given: Partial<Strings>): void {
  strings = { ...english, ...given };
}

/** A string with its `{0}`, `{1}`… filled in. */
export const say = (key: Key, ...values: readonly (string | number)[]): string => strings[key].replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)] ?? ''));
