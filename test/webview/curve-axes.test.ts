/** Where the axes of curves end, where their ticks stand and what these say, without a browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsAround, horizontal, logarithmic, partOf, vertical, type Scale } from '../../webview/curves/axis.ts';
import { placesOf, type Mark } from '../../webview/curves/chart-plugins.ts';
import { RunData } from '../../webview/curves/data.ts';
import { marksOf } from '../../webview/curves/marks.ts';
import { smooth } from '../../webview/curves/smooth.ts';
import { tickText } from '../../webview/curves/ticks.ts';
import type { Format } from '../../webview/report/model.ts';
import { infoOf } from './curve-runs.ts';
import { randomFrom } from './fixture.ts';

const told = (scale: Scale, format: Format = 'number'): string => scale.ticks.map((tick) => tickText(tick, scale.step, format).replace('\u2009', ' ')).join(' | ');

test('a single point gets room around it, and no axis that means nothing', () => {
  assert.deepEqual(endsAround(0, 0, 'iteration'), { from: 0, to: 1 });
  assert.deepEqual(endsAround(7, 7, 'iteration'), { from: 6, to: 8 });
  assert.deepEqual(endsAround(15_360, 15_360, 'tokens'), { from: 7680, to: 23_040 });
  assert.deepEqual(endsAround(NaN, NaN, 'seconds'), { from: 0, to: 1 });
  assert.equal(told(horizontal(endsAround(7, 7, 'iteration'), 'number', 4)), '6 | 7 | 8');
  assert.equal(told(vertical(0, 0, 'percent', 5), 'percent'), '0 % | 1 % | 2 % | 3 % | 4 % | 5 %');
  assert.equal(told(vertical(1, 1, 'percent', 5), 'percent'), '95 % | 96 % | 97 % | 98 % | 99 % | 100 %');
  assert.equal(told(vertical(0.462, 0.462, 'percent', 5), 'percent'), '40 % | 42 % | 44 % | 46 % | 48 % | 50 % | 52 %');
  assert.equal(told(vertical(0.02, 0.02, 'number', 5)), '0.018 | 0.019 | 0.020 | 0.021 | 0.022');
  assert.equal(told(vertical(0, 0, 'number', 5)), '0 | 0.1 | 0.2 | 0.3 | 0.4 | 0.5');
  assert.equal(told(vertical(-3, -3, 'number', 4)), '\u22123.4 | \u22123.2 | \u22123.0 | \u22122.8 | \u22122.6');
});

test('shares stay within 0 and 100 %, values that are not negative above 0; those beyond are still shown', () => {
  assert.equal(told(vertical(0.005, 0.99, 'percent', 6), 'percent'), '0 % | 20 % | 40 % | 60 % | 80 % | 100 %');
  assert.equal(vertical(0.001, 0.4, 'number', 5).from, 0);
  assert.equal(vertical(-0.4, -0.001, 'number', 5).to, 0);
  assert.ok(vertical(-0.2, 0.5, 'percent', 5).from < -0.2 && vertical(0.2, 1.5, 'percent', 5).to > 1.5);
  // What rounding leaves of a constant is one.
  assert.equal(told(vertical(0.0003, 0.00030000000000000003, 'number', 4)), '2.6e\u22124 | 2.8e\u22124 | 3.0e\u22124 | 3.2e\u22124 | 3.4e\u22124');
});

test('whatever the values: all of them are on the axis, ticks rise, are few, and no two say the same', () => {
  const random = randomFrom(11);
  for (let round = 0; round < 1000; round++) {
    const size = 10 ** (random() * 14 - 7);
    const [one, other] = [(random() - 0.4) * size, random() < 0.1 ? 0 : (random() - 0.4) * size * 10 ** -Math.floor(random() * 4)];
    const low = Math.min(one, one + other);
    const high = Math.max(one, one + other);
    const most = 2 + Math.floor(random() * 8);
    for (const format of ['number', 'percent', 'seconds'] as const) {
      const scales = [vertical(low, high, format, most), ...(low > 0 ? [logarithmic(low, high, format, most)] : [])];
      for (const [kind, scale] of scales.entries()) {
        const what = `${kind} ${low} to ${high} as ${format}, ${most}: ${scale.from} to ${scale.to}, ${told(scale, format)}`;
        assert.ok(scale.from <= low && scale.to >= high && scale.from < scale.to, what);
        assert.ok(scale.ticks.every((tick, i) => i === 0 || tick > scale.ticks[i - 1]), what);
        assert.ok(scale.ticks.length <= most + 4, what);
        assert.ok(kind === 0 ? scale.ticks.length >= 2 : scale.from > 0, what);
        const texts = scale.ticks.map((tick) => tickText(tick, scale.step, format));
        assert.equal(new Set(texts).size, texts.length, what);
      }
    }
  }
});

test('counters have whole ticks, times those of a clock, and large numbers take little room', () => {
  assert.equal(told(horizontal({ from: 0, to: 12 }, 'number', 6)), '0 | 2 | 4 | 6 | 8 | 10 | 12');
  assert.equal(told(horizontal({ from: 0.4, to: 2.9 }, 'number', 6)), '1 | 2');
  assert.equal(told(horizontal({ from: 0, to: 3400 }, 'seconds', 4), 'seconds'), '0 s | 15 min | 30 min | 45 min');
  assert.equal(told(horizontal({ from: 0, to: 12_000 }, 'seconds', 7), 'seconds'), '0 s | 30 min | 1 h | 1 h 30 min | 2 h | 2 h 30 min | 3 h');
  assert.equal(told(horizontal({ from: 0, to: 95 }, 'seconds', 4), 'seconds'), '0 s | 30 s | 1 min | 1 min 30 s');
  assert.equal(told(horizontal({ from: 0, to: 400_000 }, 'seconds', 4), 'seconds'), '0 s | 48 h | 96 h');
  assert.equal(told(horizontal({ from: 0, to: 1_536_000 }, 'number', 4)), '0 | 500K | 1M | 1.5M');
  assert.equal(told(horizontal({ from: 1_230_000, to: 1_236_000 }, 'number', 4)), '1.23M | 1.232M | 1.234M | 1.236M');
});

test('a logarithmic axis has powers of ten, with parts of them where there is room', () => {
  assert.equal(told(logarithmic(0.001, 100, 'number', 6)), '0.001 | 0.01 | 0.1 | 1 | 10 | 100');
  assert.equal(told(logarithmic(0.02, 0.9, 'percent', 6), 'percent'), '2 % | 5 % | 10 % | 20 % | 50 % | 100 %');
  assert.equal(told(logarithmic(0.42, 0.79, 'number', 6)), '0.5 | 0.6 | 0.7 | 0.8');
  assert.equal(told(logarithmic(1e-9, 1e9, 'number', 5)), '1e\u22129 | 1e\u22125 | 0.1 | 1,000 | 10M');
});

test('a part to zoom into lies within the axis and holds two whole steps; one as large as the axis is all of it', () => {
  const ends = { from: 0, to: 60 };
  assert.deepEqual(partOf(ends, { from: 20, to: 30 }), { from: 20, to: 30 });
  assert.deepEqual(partOf(ends, { from: 20.1, to: 20.2 }), { from: 19.15, to: 21.15 });
  assert.deepEqual(partOf(ends, { from: -10, to: 10 }), { from: 0, to: 20 });
  assert.deepEqual(partOf(ends, { from: 55, to: 75 }), { from: 40, to: 60 });
  assert.equal(partOf(ends, { from: -30, to: 90 }), undefined);
  assert.equal(partOf({ from: 0, to: 1 }, { from: 0.2, to: 0.4 }), undefined);
});

test('smoothing leaves a constant what it is, to the last digit', () => {
  assert.deepEqual([...smooth(new Array<number>(50).fill(0.02), 0.6)], new Array<number>(50).fill(0.02));
});

test('checkpoints and evaluations have their places on every axis, also where the iteration itself is not drawn', () => {
  const data = new RunData(infoOf(0, { checkpoints: [0, 1, 4, 5, 9] }));
  // Every second iteration of a long run, and an evaluation of splits without a mean.
  data.append(4, { iteration: Float64Array.of(1, 3, 3, 5), updates: Float64Array.of(4, 12, 12, 20), tokens: Float64Array.of(10, 30, 30, 50), seconds: Float64Array.of(1, 3, 3.5, 6), 'policy/kl': Float64Array.of(1, 2, NaN, 3), 'evaluate/mine/recall': Float64Array.of(NaN, NaN, 0.5, NaN) });
  const places = (axis: 'updates' | 'seconds', checkpoints: boolean, evaluations: boolean): number[] => marksOf(data, axis, { checkpoints, evaluations }, 0).map(({ x }) => x);
  assert.deepEqual(places('updates', true, false), [4, 16, 20], 'none before the first row and after the last');
  assert.deepEqual(places('seconds', true, false), [1, 4.75, 6]);
  assert.deepEqual(places('seconds', false, true), [3.5]);
  assert.deepEqual(places('seconds', false, false), []);
  assert.deepEqual(data.ends('seconds'), [1, 6]);
  assert.equal(new RunData(infoOf(0)).ends('tokens'), undefined);
});

test('marks at one place are drawn once, in no run\u2019s colour where they are of several; marks too near are left out', () => {
  const mark = (x: number, colour: number, kind: Mark['kind'] = 'checkpoint'): Mark => ({ x, kind, colour });
  assert.deepEqual(placesOf([mark(10, 0), mark(30, 0), mark(10, 1), mark(33, 1), mark(10, 2, 'evaluation')], (x) => x), [
    { x: 10, kind: 'evaluation', colour: 2 }, { x: 10, kind: 'checkpoint', colour: undefined }, { x: 30, kind: 'checkpoint', colour: 0 },
  ]);
});
