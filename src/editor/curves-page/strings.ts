/** What the curves page says, in the editor's language. The English is the page's own; a test holds the two together. */
import { capital } from '../../../webview/shared/format.ts';
import type { Chart } from '../../../webview/curves/protocol.ts';
import type { Strings } from '../../../webview/curves/strings.ts';

/** A chart's words, translated. They are written where metrics are known, in `run/report/plans.ts`; names from a run stay as they are, as no bundle has them. */
export function inLanguage(chart: Chart, translate: (message: string) => string): Chart {
  return {
    ...chart, title: translate(chart.title), description: translate(chart.description), group: translate(capital(chart.group)),
    series: chart.series.map((series) => ({ ...series, label: translate(series.label) })),
  };
}

/** Every string of the page, translated; `{0}` and so on are left for the page to fill. */
export function stringsFor(translate: (message: string, ...values: string[]) => string): Strings {
  // The editor fills in placeholders as it translates: each is filled with itself.
  const t = (message: string): string => translate(message, '{0}', '{1}', '{2}');
  return {
    iteration: t('Iteration'), updates: t('Updates'), tokens: t('Tokens'), seconds: t('Time'),
    drawn: t('How the curves are drawn'), axis: t('Horizontal axis'), smoothing: t('Smoothing'), none: t('none'), logarithmic: t('Logarithmic scale'), checkpoints: t('▲ Checkpoints'), evaluations: t('│ Evaluations'),
    lines: t('One line for'), eachRun: t('each run'), sameSettings: t('runs that differ in seeds'), bySetting: t('each {0}'),
    band: t('Band over runs'), range: t('lowest to highest'), deviation: t('± standard deviation'), noBand: t('none'),
    find: t('Find a chart'), findHint: t('for instance entropy'), noChart: t('No chart has “{0}” in its name.'),
    resetZoom: t('Reset zoom'), zoomed: t('{0}: {1} to {2}'), runs: t('Runs'), hideOrShow: t('Hide or show {0}'), running: t('running'), finished: t('finished'), stopped: t('stopped'), failed: t('failed'), interrupted: t('interrupted'), unreadable: t('not readable'),
    thinned: t('Every {0}th iteration is drawn: the run is long.'), seed: t('seed {0}'), runsOf: t('{0} runs'), unset: t('not set'),
    differences: t('How the settings differ'), sameEverything: t('The runs have the same settings.'), differAt: t('{0} of {1} settings differ.'), setting: t('Setting'),
    waiting: t('Reading the run…'), empty: t('No metrics yet. The first point appears when the first iteration ends.'),
    pinned: t('Pinned'), pin: t('Pin'), unpin: t('Unpin'), larger: t('Larger'), smaller: t('Smaller'), exportAs: t('Export'), exportOf: t('Export {0} as {1}'), seriesOf: t('Series of {0}'), actionsOf: t('For {0}'),
    higher: t('Higher is better.'), lower: t('Lower is better.'), staysLinear: t('Has values at or below 0: the axis stays linear.'),
    chartKeys: t('Chart of {0}. Arrow keys move over the points, Enter shows the trajectories behind one, plus and minus zoom, 0 shows all.'),
    reportKeys: t('Chart of {0}. Arrow keys move over the points, plus and minus zoom, 0 shows all.'),
    fromTo: t('{0} from {1} to {2}'), tableBelow: t('The data table below holds the values.'), toShow: t('Click for the trajectories'), to: t('{0} to {1}'), meanOf: t('mean of {0}'),
    smoothed: t('{0}, recorded {1}'), recorded: t('recorded {0}'), dataTable: t('Data table'), dataOf: t('Data of {0}'), rowsOf: t('Rows {0} to {1} of {2}'), earlier: t('Earlier rows'), later: t('Later rows'), low: t('{0}, low'), high: t('{0}, high'),
  };
}
