import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pack, perAction, type PackedBatch, type Sequence } from '../../src/learn/packing.ts';
import { hidden } from '../../src/policy/model/attention.ts';
import { integer, random, shuffle } from '../../src/world/random.ts';
import { randomIds } from '../policy/tiny.ts';

/** Ragged sequences of random groups; ids name where they stand, so that a misplaced one is seen. */
function randomCase(seed: number): { sequences: Sequence[]; chosen: number[]; rows: number; branches: number } {
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
  return { sequences: mixed, chosen, rows: integer(draw, 100, 4000), branches: integer(draw, 1, 5) };
}

/** Where a batch keeps sequence `s`, found by reading it back: row of its stem and of its branch. */
function layoutOf({ size, inputs }: PackedBatch): { stem: number[]; ids: number[]; positions: number[]; row: number; stemRow: number }[] {
  const { stems, stemLength, branches, length } = size;
  const [ids, positions] = [Array.from(inputs.ids.data), Array.from(inputs.positions.data)];
  return Array.from({ length: stems * branches }, (_, b) => {
    const stemRow = Math.floor(b / branches) * stemLength;
    const kept = Array.from({ length: stemLength }, (_, i) => stemRow + i).filter((row) => inputs.stemMask.data[row] === 0);
    const row = stems * stemLength + b * length;
    return { stem: kept.map((r) => ids[r]), ids: ids.slice(row, row + length), positions: positions.slice(row, row + length), row, stemRow };
  });
}

test('every written token of the chosen sequences occurs exactly once, predicted from the row before it', () => {
  for (let seed = 0; seed < 150; seed++) {
    const { sequences, chosen, rows, branches } = randomCase(seed);
    const packed = pack(sequences, chosen, { rows, branches });
    const seen = new Map<string, number>();
    for (const batch of packed) {
      const { size, inputs, actions, actionRows } = batch;
      const all = size.stems * (size.stemLength + size.branches * size.length);
      assert.equal(inputs.ids.data.length, all);
      const places = layoutOf(batch);
      actions.forEach(({ sequence, position }, i) => {
        const { prompt, response, mask } = sequences[sequence];
        const key = `${sequence}:${position}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        assert.equal(mask[position], 1);
        assert.equal(inputs.actionIds.data[i], response[position]);
        const before = inputs.actionAt.data[i];
        assert.equal(inputs.ids.data[before], position === 0 ? prompt.at(-1) : response[position - 1]);
        assert.equal(inputs.positions.data[before], prompt.length + position - 1);
        // the row lies in a branch that holds this sequence, behind a stem that holds its prompt
        const place = places.find(({ row, stemRow }) => (position === 0 ? before >= stemRow && before < stemRow + size.stemLength : before >= row && before < row + size.length))!;
        assert.deepEqual(place.stem, [...prompt]);
        if (position > 0) {
          assert.deepEqual(place.ids.slice(0, response.length), [...response]);
          assert.deepEqual(place.positions.slice(0, response.length), response.map((_, t) => prompt.length + t));
        }
      });
      assert.equal(inputs.actionAt.data.length, actionRows);
      assert.ok(actions.length <= actionRows);
      assert.ok(inputs.stemMask.data.every((v) => v === 0 || v === Math.fround(hidden)));
    }
    const expected = chosen.flatMap((s) => Array.from(sequences[s].mask).flatMap((bit, i) => (bit ? [`${s}:${i}`] : [])));
    assert.deepEqual([...seen.keys()].sort(), expected.sort());
    assert.ok([...seen.values()].every((n) => n === 1));
  }
});

test('batches keep to their rows unless one prompt with its samples is larger; branches to their number; prompts are shared', () => {
  for (let seed = 0; seed < 150; seed++) {
    const { sequences, chosen, rows, branches } = randomCase(seed);
    for (const { size, actions, tokens } of pack(sequences, chosen, { rows, branches })) {
      const all = size.stems * (size.stemLength + size.branches * size.length);
      assert.ok(all <= rows || size.stems === 1, `${all} rows of at most ${rows}`);
      assert.ok(size.branches <= branches && tokens <= all);
      assert.equal(Math.log2(size.stems) % 1, 0, 'few shapes');
      const groups = new Set(actions.map(({ sequence }) => sequences[sequence].group));
      assert.ok(groups.size <= size.stems);
    }
  }
  const prompt = [1, 2, 3];
  const four = [1, 2, 3, 4].map((n): Sequence => ({ group: 'same', prompt, response: [n], mask: [1] }));
  const [batch, ...rest] = pack(four, [0, 1, 2, 3], { rows: 1000, branches: 4 });
  assert.equal(rest.length, 0);
  assert.deepEqual({ stems: batch.size.stems, branches: batch.size.branches, tokens: batch.tokens }, { stems: 1, branches: 4, tokens: 7 });
});

test('equal keys mean equal shapes, and packing the same again gives the same', () => {
  const shapes = new Map<string, string>();
  for (let seed = 0; seed < 100; seed++) {
    const { sequences, chosen, rows, branches } = randomCase(seed);
    const packed = pack(sequences, chosen, { rows, branches });
    for (const { key, inputs, size } of packed) {
      const shape = JSON.stringify([size, Object.entries(inputs).map(([name, tensor]) => [name, tensor.shape])]);
      assert.equal(shapes.get(key) ?? shape, shape);
      shapes.set(key, shape);
    }
    assert.deepEqual(pack(sequences, chosen, { rows, branches }), packed);
  }
});

test('per-action inputs are in the order of the actions, with zeros behind them', () => {
  const sequences: Sequence[] = [{ group: 'a', prompt: [1], response: [5, 6, 7], mask: [1, 0, 1] }, { group: 'b', prompt: [1, 2], response: [8], mask: [1] }];
  const packed = pack(sequences, [0, 1], { rows: 1000, branches: 2 });
  const values = packed.flatMap((batch) => Array.from(perAction(batch, (s, i) => 100 * (s + 1) + i).data));
  assert.deepEqual(values.filter((v) => v !== 0).sort(), [100, 102, 200]);
  packed.forEach((batch) => assert.ok(perAction(batch, () => 1).data.slice(batch.actions.length).every((v) => v === 0)));
});
