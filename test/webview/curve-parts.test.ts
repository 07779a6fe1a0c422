/** What the curves page is made of, without a browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartsOf } from '../../src/run/report/plans.ts';
import type { Picture } from '../../webview/curves/chart.ts';
import { RunData, type Trace } from '../../webview/curves/data.ts';
import { decimate, nearest, within } from '../../webview/curves/decimate.ts';
import { differencesOf, groupsOf, runLabel } from '../../webview/curves/groups.ts';
import { axisTitle, linesOf, reachOf, specsOf, type Line } from '../../webview/curves/lines.ts';
import { marksOf } from '../../webview/curves/marks.ts';
import { meanOf } from '../../webview/curves/mean.ts';
import { parseToPage, type RunInfo } from '../../webview/curves/protocol.ts';
import { styleOf } from '../../webview/curves/style.ts';
import { csvOf, rowsOf as tableRows } from '../../webview/curves/table.ts';
import { firstView, parseView } from '../../webview/curves/view.ts';
import { chartsMessage, infoOf, rowsOf, startMessage } from './curve-runs.ts';
import { randomFrom } from './fixture.ts';

const list = (values: ArrayLike<number>): number[] => Array.from(values);
const trace = (x: readonly number[], y: readonly number[], run = 0): Trace => ({ run, x: Float64Array.from(x), y: Float64Array.from(y), iteration: Float64Array.from(x) });
const line = (label: string, x: readonly number[], y: readonly number[], ends: Partial<Pick<Line, 'low' | 'high'>> = {}): Line => ({ label, style: styleOf(0), x: Float64Array.from(x), y: Float64Array.from(y), traces: [], recorded: () => ({ y: Float64Array.from(y), ...ends }), ...ends });
const picture = (lines: readonly Line[]): Picture => ({ lines, format: 'number', xTitle: 'Iteration', xFormat: 'number', logarithmic: false, sparse: false, ends: { from: 0, to: 1 } });

test('thinned out, a line keeps its ends, its lowest and its highest point, wherever they are', () => {
  const random = randomFrom(4);
  for (let round = 0; round < 20; round++) {
    const x = Array.from({ length: 10_000 }, (_, i) => i);
    const y = x.map(() => random());
    const [dip, spike] = [Math.floor(random() * 10_000), Math.floor(random() * 10_000)];
    y[dip] = -50;
    y[spike] = 50;
    const kept = decimate(x, y, 200);
    assert.ok(kept.length <= 404, `${kept.length}`);
    assert.ok(kept.every((at, i) => i === 0 || at > kept[i - 1]), 'rising');
    for (const at of [0, 9999, spike, ...(dip === spike ? [] : [dip])]) assert.ok(kept.includes(at), `${at}`);
  }
});

test('few points stay as they are; of a part, those within and one beyond each end', () => {
  const x = [0, 1, 2, 3, 4, 5];
  assert.deepEqual(decimate(x, x, 10), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(decimate(x, x, 10, { from: 2, to: 3 }), [1, 2, 3, 4]);
  assert.deepEqual(within([0, 3, 3, 3, 9], { from: 3, to: 3 }), [0, 5]);
  assert.deepEqual(decimate([], [], 10), []);
  assert.deepEqual([-1, 0.4, 0.6, 99].map((value) => nearest(x, value)), [0, 0, 1, 5]);
  assert.equal(nearest([], 3), -1);
});

test('a trace has the rows with a value, grows with the run, and is put in order if the file was not', () => {
  const data = new RunData(infoOf(0));
  const add = (iterations: readonly number[], values: readonly number[]): void => data.append(iterations.length, { iteration: Float64Array.from(iterations), updates: Float64Array.from(iterations), tokens: Float64Array.from(iterations), seconds: Float64Array.from(iterations), 'a/b': Float64Array.from(values) });
  assert.equal(data.trace(0, 'iteration', 'a/b'), undefined);
  add([1, 2, 3], [10, NaN, 30]);
  assert.deepEqual(list(data.trace(0, 'iteration', 'a/b')!.x), [1, 3]);
  const many = Array.from({ length: 1000 }, (_, i) => i + 4);
  add(many, many);
  assert.equal(data.trace(0, 'iteration', 'a/b')!.x.length, 1002);
  add([2.5], [25]);
  const sorted = data.trace(3, 'iteration', 'a/b')!;
  assert.deepEqual([list(sorted.x.slice(0, 3)), list(sorted.y.slice(0, 3)), sorted.run], [[1, 2.5, 3], [10, 25, 30], 3]);
  assert.equal(data.trace(0, 'iteration', 'no/such'), undefined);
  data.restart();
  assert.equal(data.trace(0, 'iteration', 'a/b'), undefined);
});

test('the mean of runs counts each only where it reaches, and between its points takes it as straight', () => {
  const traces = [trace([0, 2, 4], [0, 2, 4]), trace([0, 1, 2], [2, 2, 2], 1)];
  const ys = traces.map(({ y }) => y);
  const range = meanOf(traces, ys, 'range');
  assert.deepEqual(list(range.x), [0, 1, 2, 4]);
  assert.deepEqual(list(range.y), [1, 1.5, 2, 4]);
  assert.deepEqual([list(range.low), list(range.high), list(range.runs)], [[0, 1, 2, 4], [2, 2, 2, 4], [2, 2, 2, 1]]);
  const deviation = meanOf(traces, ys, 'deviation');
  assert.deepEqual(list(deviation.high).map((value) => value.toFixed(3)), ['2.414', '2.207', '2.000', '4.000']);
  assert.ok(list(meanOf([trace([5], [1]), trace([1, 9], [3, 3])], [[1], [3, 3]], 'range').y).every(Number.isFinite));
});

test('of many runs with many points the mean has two thousand places, the first and the last among them', () => {
  const x = Array.from({ length: 10_000 }, (_, i) => i);
  const { x: places, y } = meanOf([trace(x, x), trace(x.map((value) => value + 0.5), x)], [x, x], 'range');
  assert.deepEqual([places.length, places[0], places[1999]], [2000, 0, 9999.5]);
  assert.ok(y.every(Number.isFinite));
});

test('runs are told apart by what differs: seeds apart, the rest by its value', () => {
  const runs: RunInfo[] = [0, 1, 2, 3].map((i) => infoOf(i));
  assert.deepEqual(differencesOf(runs), [{ path: 'seed', values: ['7', '7', '8', '8'] }, { path: 'algorithm.learningRate', values: ['0.0003', '0.001', '0.0003', '0.001'] }]);
  assert.deepEqual(groupsOf(runs, 'seeds'), [{ label: 'learningRate 0.0003 (2 runs)', runs: [0, 2] }, { label: 'learningRate 0.001 (2 runs)', runs: [1, 3] }]);
  assert.deepEqual(groupsOf(runs, '=seed').map((group) => group.runs), [[0, 1], [2, 3]]);
  assert.deepEqual(groupsOf(runs, 'run').map(({ label }) => label), runs.map(({ id }) => id));
  assert.deepEqual(groupsOf([runs[0], runs[2]], 'seeds'), [{ label: 'Quickstart (2 runs)', runs: [0, 1] }]);
  const twin = { ...runs[2], name: 'Quickstart 2', settings: [['name', '"Quickstart 2"'], ['output.folder', '"x"'], ...runs[2].settings] } as RunInfo;
  assert.deepEqual(groupsOf([runs[0], twin], 'seeds').map((group) => group.runs), [[0, 1]], 'a name and a folder are nothing that is tried');
  // Of four settings that differ labels name three, and here the fourth is what tells two groups apart.
  const settingsOf = (long: string, last: string): RunInfo['settings'] => ['a', 'b', 'c', 'd'].map((path) => [path, path === 'd' ? last : `"${long}"`] as const);
  const six = [0, 0, 1, 1, 2, 2].map((which, i) => infoOf(i, { settings: settingsOf(which < 2 ? 'x'.repeat(60) : 'y', which === 1 ? '1' : '0') }));
  const cut = `${'x'.repeat(39)}…`;
  assert.deepEqual(groupsOf(six, 'seeds').map(({ label }) => label), [0, 2].map((first) => `a ${cut}, b ${cut}, c ${cut} (2 runs) ${six[first].id}`).concat('a y, b y, c y (2 runs)'));
  const named = [{ ...runs[0], name: 'Other' }, runs[1], runs[2]];
  assert.deepEqual(named.map((one) => runLabel(one, named)), ['Other', `Quickstart ${runs[1].id}`, `Quickstart ${runs[2].id}`]);
  const unread = infoOf(1, { settings: [] });
  assert.deepEqual(differencesOf([runs[0], unread]), []);
  assert.deepEqual(groupsOf([runs[0], unread, unread], 'seeds').map((group) => group.runs), [[0], [1], [2]], 'unknown settings are not equal settings');
});

test('of one run a chart has its series, of several it has runs, and hidden ones are not there', () => {
  assert.ok(chartsMessage.type === 'charts');
  const { charts } = chartsMessage;
  const runs = [0, 1].map((i) => {
    const data = new RunData(infoOf(i));
    const { count, columns } = rowsOf(i, 0, 20);
    data.append(count, columns);
    return data;
  });
  const parts = charts.find(({ title }) => title === 'Reward parts')!;
  assert.deepEqual(linesOf([runs[0]], [], { chart: parts, series: parts.series }, firstView).map(({ label }) => label), ['SuccCalling', 'Contribution', 'IsSolved']);
  assert.deepEqual(specsOf([parts], 2).map(({ title }) => title), ['Reward parts: SuccCalling', 'Reward parts: Contribution', 'Reward parts: IsSolved']);
  const groups = groupsOf(runs.map(({ info }) => info), 'run');
  assert.equal(linesOf(runs, groups, { chart: parts, series: [parts.series[0]] }, firstView).length, 2);
  assert.deepEqual(linesOf(runs, groups, { chart: parts, series: [parts.series[0]] }, { ...firstView, hidden: [runs[0].info.folder] }).map(({ traces }) => traces[0].run), [1]);
  const evaluated = charts.find(({ sparse }) => sparse)!;
  const [first] = linesOf([runs[0]], [], { chart: evaluated, series: evaluated.series }, firstView);
  assert.deepEqual([list(first.x), first.low?.length, first.raw], [[0, 10, 20], 3, undefined], 'evaluations keep their intervals and are not smoothed');
});

test('a warm start runs over its own updates, whatever the reader lets the others run over; before it no iteration has gone by', () => {
  const [chart, ...others] = chartsOf(['warmStart/update', 'warmStart/loss']);
  assert.deepEqual([chart.title, chart.over, others], ['Loss of the warm start', 'warmStart/update', []]);
  const data = new RunData(infoOf(0));
  const column = (...values: number[]) => Float64Array.from(values);
  data.append(5, {
    iteration: column(0, 0, 0, 0, 1), updates: column(0, 0, 0, 0, 8), tokens: column(0, 0, 0, 0, 900), seconds: column(2, 5, 6, 9, 20),
    'warmStart/update': column(NaN, 1, 2, NaN, NaN), 'warmStart/loss': column(NaN, 3, 2.5, NaN, NaN), 'evaluate/macro/passRate': column(0, NaN, NaN, 0.2, NaN),
  });
  const lines = linesOf([data], [], { chart, series: chart.series }, { ...firstView, axis: 'seconds' });
  assert.deepEqual([list(lines[0].x), list(lines[0].recorded().y), axisTitle(chart, { ...firstView, axis: 'seconds' })], [[1, 2], [3, 2.5], 'Updates']);
  assert.deepEqual(reachOf(lines), { from: 1, to: 2 });
  data.info = infoOf(0, { checkpoints: [0, 1] });
  assert.deepEqual(marksOf(data, 'seconds', { checkpoints: true, evaluations: false }, 0).map(({ x }) => x), [9, 20], 'checkpoint 0 is after the warm start');
});

test('tables and exports hold what was recorded, however much is smoothed', () => {
  assert.ok(chartsMessage.type === 'charts');
  const runs = [0, 1].map((i) => {
    const data = new RunData(infoOf(i, {}, '1'));
    data.append(3, { iteration: Float64Array.of(1, 2, 3), 'policy/kl': Float64Array.of(0, 8 + i, 0) });
    return data;
  });
  const chart = { id: 'policy/kl', title: 'KL', description: '', group: 'policy', format: 'number' as const, sparse: false, series: [{ name: 'policy/kl', label: 'KL' }] };
  const view = { ...firstView, smoothing: 0.9 };
  const [alone] = linesOf([runs[0]], [], { chart, series: chart.series }, view);
  assert.ok(alone.y[1] < 8);
  assert.equal(csvOf(picture([alone])), 'Iteration,KL\r\n1,0\r\n2,8\r\n3,0\r\n');
  const [mean] = linesOf(runs, [{ label: 'both', runs: [0, 1] }], { chart, series: chart.series }, view);
  assert.equal(csvOf(picture([mean])), 'Iteration,both,"both, low","both, high"\r\n1,0,0,0\r\n2,8.5,8,9\r\n3,0,0,0\r\n');
});

test('a table has a row for each x, and one for each of several values at one x', () => {
  const rows = [...tableRows([line('a', [0, 0, 2], [1, 2, 3]), line('b', [0, 1], [4, 5])])];
  assert.deepEqual(rows, [{ x: 0, points: [0, 0] }, { x: 0, points: [1, -1] }, { x: 1, points: [-1, 1] }, { x: 2, points: [2, -1] }]);
});

test('CSV keeps every digit, and names that a spreadsheet would run are only names', () => {
  const csv = csvOf(picture([line('=HYPERLINK("x")', [1, 2], [0.1 + 0.2, -1]), line('a,b', [2], [7], { low: Float64Array.of(6), high: Float64Array.of(NaN) })]));
  assert.equal(csv, 'Iteration,"\'=HYPERLINK(""x"")","a,b","a,b, low","a,b, high"\r\n1,0.30000000000000004,,,\r\n2,-1,7,6,\r\n');
});

test('a kept view comes back; what is wrong in it does not', () => {
  const view = { ...firstView, axis: 'tokens' as const, range: { from: 1, to: 2 }, grouping: '=a.b' as const, pinned: ['x'], hiddenSeries: ['x y'], find: 'kl', folded: true, scroll: 300 };
  assert.deepEqual(parseView({ ...view, runs: ['/r'] }), view);
  for (const state of [undefined, null, 'text', 7, { axis: 'miles', smoothing: 2, grouping: 5, band: 'x', range: { from: 3, to: 1 }, hidden: 'all', pinned: [1, null], checkpoints: 'yes', find: 7, folded: 1, scroll: -2, hiddenSeries: {} }]) assert.deepEqual(parseView(state), { ...firstView, range: undefined });
});

test('only whole messages of the host are taken', () => {
  const rows = rowsOf(0, 1, 3);
  for (const message of [startMessage([infoOf(0)]), chartsMessage, rows, { type: 'run', run: 0, info: infoOf(0) }, { type: 'said', message: 'x' }]) assert.equal(parseToPage(message), message);
  const { seconds: _, ...without } = rows.columns;
  for (const noise of [null, 1, 'rows', {}, { type: 'other' }, { ...rows, run: -1 }, { ...rows, count: 2 }, { ...rows, columns: without }, { ...rows, columns: { ...rows.columns, x: [1, 2, 3] } }, { type: 'start', runs: [{}], strings: {} }, { type: 'charts', charts: [{}] }, { type: 'run', run: 0, info: {} }]) {
    assert.equal(parseToPage(noise), undefined);
  }
});
