import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pack, perAction, type PackedBatch, type Sequence } from '../../src/learn/packing.ts';
import { integer, random, shuffle } from '../../src/world/random.ts';
import { randomIds, tiny } from '../policy/tiny.ts';

/** Ragged sequences of random groups; ids name where they stand, so that a misplaced one is seen. */
function randomCase(seed: number): { sequences: Sequence[]; chosen: number[]; rows: number } {
  const draw = random('packing', seed);
  const sequences = Array.from({ length: integer(draw, 1, 6) }, (_, group) => {
    const prompt = randomIds(draw, integer(draw, 1, 40), 1000).map((id) => id + 1);
    return Array.from({ length: integer(draw, 1, 7) }, (): Sequence => {
      const response = randomIds(draw, integer(draw, 1, 200), 1000).map((id) => id + 1);
      return { group: `g${group}`, prompt, response, mask: response.map(() => Number(draw() < 0.4)) };
    });
  }).flat();
  const mixed = shuffle(draw, sequences);
  const chosen = shuffle(draw, mixed.map((_, i) => i)).slice(0, integer(draw, 1, mixed.length));
  return { sequences: mixed, chosen, rows: integer(draw, 100, 4000) };
}

/** The rows that row `i` of a batch may attend to, read off its inputs as the arrangement reads them. */
function visibleTo({ size: { length }, inputs }: PackedBatch, i: number): number[] {
  const [prompts, samples] = [inputs.prompts.data, inputs.samples.data];
  const start = i - (i % length);
  return Array.from({ length: i - start + 1 }, (_, j) => start + j).filter((j) => prompts[j] === prompts[i] && (samples[j] === 0 || samples[j] === samples[i]));
}

test('every written token of the chosen sequences occurs exactly once, predicted by a row that sees its sequence and nothing else', () => {
  for (let seed = 0; seed < 60; seed++) {
    const { sequences, chosen, rows } = randomCase(seed);
    const seen = new Set<string>();
    for (const batch of pack(tiny, sequences, chosen, rows)) {
      const { inputs, actions, actionRows } = batch;
      actions.forEach(({ sequence, position }, i) => {
        const { prompt, response, mask } = sequences[sequence];
        assert.ok(mask[position] === 1 && !seen.has(`${sequence}:${position}`));
        seen.add(`${sequence}:${position}`);
        assert.equal(inputs.actionIds.data[i], response[position]);
        const visible = visibleTo(batch, inputs.actionAt.data[i]);
        assert.deepEqual(visible.map((row) => inputs.ids.data[row]), [...prompt, ...response.slice(0, position)]);
        assert.deepEqual(visible.map((row) => inputs.positions.data[row]), visible.map((_, t) => t));
      });
      assert.equal(inputs.actionAt.data.length, actionRows);
      assert.ok(actions.length <= actionRows);
    }
    const expected = chosen.flatMap((s) => Array.from(sequences[s].mask).flatMap((bit, i) => (bit ? [`${s}:${i}`] : [])));
    assert.deepEqual([...seen].sort(), expected.sort());
  }
});

test('batches keep to their rows unless one line is longer; prompts are shared; little is padding', () => {
  let [tokens, all] = [0, 0];
  for (let seed = 0; seed < 100; seed++) {
    const { sequences, chosen, rows } = randomCase(seed);
    for (const { size, tokens: some } of pack(tiny, sequences, chosen, rows)) {
      assert.ok(size.lines * size.length <= rows || size.lines === 1, `${size.lines} lines of ${size.length} rows`);
      assert.ok(chosen.every((i) => sequences[i].prompt.length + sequences[i].response.length <= size.length));
      if (chosen.length < 12) continue;
      tokens += some;
      all += size.lines * size.length;
    }
  }
  assert.ok(tokens / all > 0.8, `${tokens} tokens in ${all} rows`);
  const prompt = [1, 2, 3];
  const four = [1, 2, 3, 4].map((n): Sequence => ({ group: 'same', prompt, response: [n], mask: [1] }));
  assert.deepEqual(pack(tiny, four, [0, 1, 2, 3], 1000).map(({ size, tokens }) => ({ ...size, tokens })), [{ lines: 1, length: 16, tokens: 7 }]);
});

test('lines are longer where samples then share a prompt, if the context has room; logits are computed for few more tokens than were written', () => {
  const prompt = new Array<number>(240).fill(1);
  const samples = Array.from({ length: 8 }, (): Sequence => ({ group: 'same', prompt, response: new Array<number>(170).fill(2), mask: Array.from({ length: 170 }, (_, i) => Number(i < 40)) }));
  const packedIn = (context: number, sequences: readonly Sequence[]) => pack({ ...tiny, context, width: 64, feedForward: 256 }, sequences, sequences.map((_, i) => i), 2560).map(({ size, actionRows }) => [size.lines, size.length, actionRows]);
  assert.deepEqual(packedIn(1024, samples), [[2, 1024, 384]]); // 2,048 rows for 320 tokens that were written
  assert.deepEqual(packedIn(512, samples).map(([, length]) => length), [512, 512]);
  const alone = samples.map((sample, i): Sequence => ({ ...sample, group: String(i), prompt: new Array<number>(330).fill(1) })); // 500 of 512: nothing is to be gained
  assert.deepEqual(packedIn(1024, alone).map(([, length]) => length), [512, 512]);
});

test('equal keys mean equal shapes, and packing the same again gives the same', () => {
  const shapes = new Map<string, string>();
  for (let seed = 0; seed < 100; seed++) {
    const { sequences, chosen, rows } = randomCase(seed);
    const packed = pack(tiny, sequences, chosen, rows);
    for (const { key, inputs, size } of packed) {
      const shape = JSON.stringify([size, Object.entries(inputs).map(([name, tensor]) => [name, tensor.shape])]);
      assert.equal(shapes.get(key) ?? shape, shape);
      shapes.set(key, shape);
    }
    assert.deepEqual(pack(tiny, sequences, chosen, rows), packed);
  }
});

test('per-action inputs are in the order of the actions, with zeros behind them', () => {
  const sequences: Sequence[] = [{ group: 'a', prompt: [1], response: [5, 6, 7], mask: [1, 0, 1] }, { group: 'b', prompt: [1, 2], response: [8], mask: [1] }];
  const packed = pack(tiny, sequences, [0, 1], 1000);
  const values = packed.flatMap((batch) => Array.from(perAction(batch, (s, i) => 100 * (s + 1) + i).data));
  assert.deepEqual(values.filter((v) => v !== 0).sort(), [100, 102, 200]);
  packed.forEach((batch) => assert.ok(perAction(batch, () => 1).data.slice(batch.actions.length).every((v) => v === 0)));
});
