// Numbers made smaller: halves are the nearest there are, blocks of eight bits come back within half a step, rows turned come back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dequantize } from '../../src/policy/gguf/dequantize.ts';
import { permuted, unpermuted } from '../../src/policy/gguf/config.ts';
import { quantize } from '../../src/policy/gguf/quantize.ts';
import { fromHalf, halfTable, narrowToBrainHalves, narrowToHalves, widenBrainHalves, widenHalves } from '../../src/compute/half.ts';
import { random } from '../../src/world/random.ts';

test('every half comes back as it was', () => {
  const finite = Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => !Number.isNaN(fromHalf(bits)));
  assert.deepEqual(narrowToHalves(widenHalves(finite)), finite);
  assert.ok(Number.isNaN(fromHalf(narrowToHalves(Float32Array.of(NaN))[0])));
});

test('a number becomes the nearest half, at a tie the even one; beyond the largest, infinity', () => {
  const sorted = [...halfTable()].filter((value) => Number.isFinite(value) && value >= 0 && !Object.is(value, -0)).sort((a, b) => a - b);
  const draw = random('halves');
  const values = Float32Array.from({ length: 20_000 }, (_, i) => (i % 4 === 0 ? (sorted[Math.floor(draw() * (sorted.length - 1))] + sorted[Math.floor(draw() * 9)]) : 2 ** (draw() * 44 - 28)));
  const found = narrowToHalves(values);
  values.forEach((value, i) => {
    const near = sorted.findIndex((each) => each >= value);
    const [low, high] = near < 0 ? [sorted.at(-1)!, Infinity] : [sorted[Math.max(0, near - 1)], sorted[near]];
    // the step after the largest would be 65,536
    const middle = high === Infinity ? 65520 : (low + high) / 2;
    const expected = value < middle ? low : value > middle ? high : narrowToHalves(Float32Array.of(low))[0] % 2 === 0 ? low : high;
    assert.equal(fromHalf(found[i]), expected, `${value}`);
  });
});

test('bfloat16: the nearest, at a tie the even one, NaN stays one', () => {
  const draw = random('brain halves');
  const values = Float32Array.from({ length: 5000 }, () => (draw() - 0.5) * 2 ** (draw() * 60 - 30));
  const back = widenBrainHalves(narrowToBrainHalves(values));
  values.forEach((value, i) => assert.ok(Math.abs(back[i] - value) <= Math.abs(value) * 2 ** -8, `${value} became ${back[i]}`));
  assert.deepEqual([...narrowToBrainHalves(new Float32Array(Uint32Array.of(0x3f808000, 0x3f818000, 0x3f808001).buffer))], [0x3f80, 0x3f82, 0x3f81]);
  assert.ok(Number.isNaN(widenBrainHalves(narrowToBrainHalves(Float32Array.of(NaN)))[0]));
});

test('Q8_0: blocks come back within half a step; a block of zeros as zeros; other lengths are refused', () => {
  const draw = random('blocks');
  const data = Float32Array.from({ length: 640 }, (_, i) => (i < 32 ? 0 : (draw() - 0.5) * 2 ** Math.floor(i / 64)));
  const out = new Float32Array(640);
  dequantize('Q8_0', quantize('Q8_0', data), out);
  for (let block = 0; block < 20; block++) {
    const largest = Math.max(...data.subarray(block * 32, block * 32 + 32).map(Math.abs));
    // half a step, and as much as rounding the scale to a half moves the largest
    const allowed = largest * (0.5 / 127 + 2 ** -11) * 1.001;
    for (let i = block * 32; i < block * 32 + 32; i++) assert.ok(Math.abs(out[i] - data[i]) <= allowed, `${data[i]} became ${out[i]}`);
  }
  assert.throws(() => quantize('Q8_0', new Float32Array(33)), /no whole blocks of 32/);
});

test('rows turned for the Llama architecture come back as they were', () => {
  const data = Float32Array.from({ length: 3 * 8 * 5 }, (_, i) => i);
  assert.deepEqual(unpermuted(permuted(data, 3, 5), 3, 5), data);
  assert.deepEqual([...permuted(Float32Array.of(0, 1, 2, 3), 1, 1)], [0, 2, 1, 3]);
});
