/**
 * Tiny random checkpoints of every architecture that is read, saved by transformers, and the logits that it computes of
 * them. The fixtures come from test/parity-python/architectures.py.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as tf from '#tfjs';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { Generator } from '../../src/policy/generator.ts';
import { sequences } from '../../src/policy/model/arrangements.ts';
import { decode, logitsOf } from '../../src/policy/model/decoder.ts';
import { readPolicy } from '../../src/run/policy-folder.ts';
import { assertClose, ints, onnx, reference, runOn } from '../compute/both-engines.ts';

interface Expected {
  readonly ids: number[];
  /** Positions, and the logits after each. */
  readonly at: number[];
  readonly logits: number[][];
}

for (const name of ['llama2', 'llama3', 'llama-bias', 'mistral', 'qwen2', 'qwen3', 'smollm2']) {
  const folder = fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

  test(`${name}: logits are those of transformers, on both engines`, async () => {
    const { config, weights } = await readPolicy(folder);
    const { ids, at, logits } = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Expected;
    for (const engine of [onnx, reference]) {
      const out = await runOn(engine, (x) => ({ logits: logitsOf(x, tf.gather(decode(x, config, x.ids, x.positions, sequences(config, 1, ids.length)), x.at as tf.Tensor1D)) }),
        { ...weights, ids: ints([ids.length], ids), positions: ints([ids.length], ids.keys()), at: ints([at.length], at) });
      assertClose(out.logits.data, logits.flat(), 1e-4, `${name} on ${engine.name}`);
    }
  });

  test(`${name}: prompt, chunk and single tokens with the cache give the same distribution`, async () => {
    const { config: stored, weights } = await readPolicy(folder);
    const config = { ...stored, context: Math.min(stored.context, stored.window ?? Infinity) };
    const { ids, at, logits } = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Expected;
    const programs = new ProgramCache(onnx);
    try {
      const generator = new Generator(programs, config, weights, 2, 1);
      const last = at.filter((i) => i < config.context).at(-1)!;
      const [prompted] = await generator.prompt([ids.slice(0, 2)]);
      generator.cache.place(0, prompted.cache);
      await generator.extend([{ slot: 0, ids: ids.slice(2, 4) }]);
      let next = prompted.next;
      for (const id of ids.slice(4, last + 1)) next = (await generator.step(Int32Array.of(id, -1)))(0);
      const row = logits[at.indexOf(last)];
      const most = Math.max(...row);
      const sum = row.reduce((all, z) => all + Math.exp(z - most), 0);
      assertClose(next.probabilities.slice(next.row * config.vocabulary, (next.row + 1) * config.vocabulary), row.map((z) => Math.exp(z - most) / sum), 1e-4, name);
    } finally {
      await programs.dispose();
    }
  });
}

test('a model with a sliding window refuses a cache that is longer, and says what to set', async () => {
  const { config, weights } = await readPolicy(fileURLToPath(new URL('./fixtures/mistral', import.meta.url)));
  const programs = new ProgramCache(onnx);
  const generator = new Generator(programs, config, weights, 1, 1);
  await assert.rejects(generator.step(Int32Array.of(1)), /sliding window.*policy\.context/);
  await programs.dispose();
});
