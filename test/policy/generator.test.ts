// Decoding with a cache says what the whole sequence, computed at once, says: whatever was cached when, and by whom before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileEagerly } from '../../src/compute/eager.ts';
import { EagerMemory } from '../../src/compute/eager-memory.ts';
import type { Engine } from '../../src/compute/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { Generator, type NextToken } from '../../src/policy/generator.ts';
import { integer, random } from '../../src/world/random.ts';
import { assertClose, onnx, reference } from '../compute/both-engines.ts';
import { keeping } from '../compute/keeping.ts';
import { slowPredictions, toSlow } from './slow-decoder.ts';
import { livelyWeights, randomIds, tiny } from './tiny.ts';

/** A sequence in the making, and what the generator said after some of its lengths. */
interface Line {
  readonly ids: number[];
  readonly said: { length: number; probabilities: Float32Array; value: number; entropy: number }[];
}

const config = { ...tiny, context: 320 };
const note = (line: Line, { probabilities, row, value, entropy }: NextToken): void => {
  const { vocabulary } = config;
  line.said.push({ length: line.ids.length, probabilities: probabilities.slice(row * vocabulary, (row + 1) * vocabulary), value, entropy });
};

/** Random schedule: prompts that slots share, single tokens for some slots, chunks for a few, slots emptied and refilled; halfway,
 * where there are many slots, a third of them go on. */
async function play(generator: Generator, draw: () => number, turns: number, longest: number, prompts = 11): Promise<Line[]> {
  const { cache } = generator;
  const lines: (Line | undefined)[] = new Array<Line | undefined>(cache.slots).fill(undefined);
  const all: Line[] = [];
  const asked = Array.from({ length: prompts }, () => randomIds(draw, integer(draw, 1, longest / 4), config.vocabulary));
  const prompted = await generator.prompt(asked);
  prompted.forEach(({ next }, i) => note((all[i] = { ids: [...asked[i]], said: [] }), next));
  for (let turn = 0; turn < turns; turn++) {
    if (turn === turns >> 1 && cache.slots > 4) {
      const kept = lines.flatMap((_, slot) => (draw() < 0.4 ? [slot] : [])).slice(0, cache.slots / 3);
      cache.keep(kept, Math.floor(cache.slots / 3));
      lines.splice(0, lines.length, ...Array.from({ length: cache.slots }, (_, n) => (n < kept.length ? lines[kept[n]] : undefined)));
    }
    for (let slot = 0; slot < cache.slots; slot++) {
      const line = lines[slot];
      if (line && line.ids.length < longest && draw() > 1 / longest) continue;
      if (line) cache.clear(slot);
      const which = integer(draw, 0, prompts - 1); // the same prompt again and again: it is not used up
      cache.place(slot, prompted[which].cache);
      all.push((lines[slot] = { ids: [...asked[which]], said: [] }));
    }
    const room = lines.map((line) => longest - line!.ids.length);
    if (draw() < 0.25) {
      const slots = room.flatMap((n, slot) => (n > 0 && draw() < 0.7 ? [slot] : [])).slice(0, generator.chunkBatch).reverse();
      if (slots.length === 0) continue;
      const chunks = slots.map((slot) => ({ slot, ids: randomIds(draw, integer(draw, 1, Math.min(room[slot], 40)), config.vocabulary) }));
      chunks.forEach(({ slot, ids }) => lines[slot]!.ids.push(...ids));
      (await generator.extend(chunks)).forEach((next, i) => note(lines[slots[i]]!, next));
    } else {
      const tokens = Int32Array.from(room, (n) => (n > 0 && draw() < 0.8 ? integer(draw, 0, config.vocabulary - 1) : -1));
      tokens.forEach((token, slot) => { if (token >= 0) lines[slot]!.ids.push(token); });
      const after = await generator.step(tokens);
      tokens.forEach((token, slot) => { if (token >= 0) note(lines[slot]!, after(slot)); });
    }
  }
  for (const { cache: prompt } of prompted) cache.drop(prompt);
  return all;
}

const sizes = [[1, 40, 140, 1], [3, 70, 310, 0.7], [9, 50, 170, 1.3], [13, 50, 120, 1]] as const;
for (const [where, slots, turns, longest, temperature] of (['the host', 'the engine'] as const).flatMap((where) => sizes.map((size) => [where, ...size] as const)))
  test(`${slots} slots, sequences of up to ${longest} tokens, temperature ${temperature}; the cache is with ${where}`, async () => {
    const engine = keeping(onnx);
    const programs = new ProgramCache(where === 'the host' ? onnx : engine);
    const weights = livelyWeights(config, slots);
    const generator = new Generator(programs, config, weights, slots, temperature);
    const lines = await play(generator, random('play', slots), turns, longest);
    let compared = 0;
    for (const [index, { ids, said }] of lines.entries()) {
      if (said.length === 0) continue;
      const slow = slowPredictions(toSlow(weights), config, ids, temperature);
      for (const { length, probabilities, value, entropy } of said) {
        const expected = slow[length - 1];
        const where = `sequence ${index} after ${length} tokens`;
        assertClose(probabilities, expected.probabilities, 1e-4, where);
        assertClose([value, entropy], [expected.value, expected.entropy], 5e-5, where, 1);
        compared++;
      }
    }
    assert.ok(compared > slots * 20, `only ${compared} compared`);
    if (longest > 256) assert.ok(generator.cache.capacity > 256, 'the cache did not grow twice');
    // the cache once, and the prompts, of which there are eleven in batches of eight
    assert.equal(engine.kept(), where === 'the host' ? 0 : 2 * config.layers * (1 + 2));
    await generator.dispose();
    assert.equal(engine.kept(), 0, 'nothing stays');
    await programs.dispose();
  });

/** The reference engine, but for what it remembers, as TensorFlow does. */
const remembering = (): Engine => {
  const held = new EagerMemory();
  return { name: 'remembering', threads: 1, keeps: true, compile: (program, signature) => Promise.resolve(compileEagerly('cpu', held, program, signature)) };
};

for (const [name, make] of [['the reference engine', () => reference], ['an eager engine that keeps weights and cache', remembering]] as const) test(`${name} generates the same`, async () => {
  const weights = livelyWeights(config, 5);
  const [fast, slow] = await Promise.all([onnx, make()].map(async (engine) => {
    const programs = new ProgramCache(engine);
    const lines = await play(new Generator(programs, config, weights, 4, 1), random('both'), 4, 60, 3);
    await programs.dispose();
    return lines;
  }));
  fast.forEach(({ said }, i) => said.forEach(({ probabilities, value, entropy }, t) => {
    assertClose(probabilities, slow[i].said[t].probabilities, 1e-4, `sequence ${i}`);
    assertClose([value, entropy], [slow[i].said[t].value, slow[i].said[t].entropy], 1e-4, `sequence ${i}`, 1);
  }));
});

test('nobody answers for a slot that waits: its length and its next answer do not change while others go on', async () => {
  const programs = new ProgramCache(onnx);
  const weights = livelyWeights(config, 6);
  const draw = random('waits');
  const prompt = randomIds(draw, 9, config.vocabulary);
  const answers = await Promise.all([0, 5].map(async (pause) => {
    const generator = new Generator(programs, config, weights, 3, 1);
    const [{ cache }] = await generator.prompt([prompt]);
    for (let slot = 0; slot < 3; slot++) generator.cache.place(slot, cache);
    for (let i = 0; i < pause; i++) await generator.step(Int32Array.of(3, -1, 4));
    assert.equal(generator.cache.lengths[1], prompt.length);
    const { probabilities, row } = (await generator.step(Int32Array.of(-1, 8, 5)))(1);
    return probabilities.slice(row * config.vocabulary, (row + 1) * config.vocabulary);
  }));
  assertClose(answers[1], answers[0], 1e-6, 'the waiting slot');
  await programs.dispose();
});

test('two models of the same shapes share a cache of programs, and each gets its own', async () => {
  const programs = new ProgramCache(onnx);
  const ids = randomIds(random('two models'), 12, tiny.vocabulary);
  const weights = livelyWeights(tiny, 3);
  const first = async (config: typeof tiny, cache: ProgramCache): Promise<number[]> => {
    const [{ next }] = await new Generator(cache, config, weights, 2, 1).prompt([ids]);
    return [...next.probabilities];
  };
  const other = { ...tiny, ropeTheta: 100 }; // no shape depends on it
  const alone = new ProgramCache(onnx);
  const expected = await first(other, alone);
  assert.notDeepEqual(await first(tiny, programs), expected);
  assert.deepEqual(await first(other, programs), expected);
  assert.equal(programs.compilations, 2);
  await Promise.all([programs.dispose(), alone.dispose()]);
});
