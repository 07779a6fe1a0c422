// The decoder in its arrangements against the slow one, on both engines.
import { test } from 'node:test';
import * as tf from '#tfjs';
import type { HostTensors, Tensors } from '../../src/compute/engine.ts';
import { pack, type Sequence } from '../../src/learn/packing.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { packed, sequences, type PackedSize } from '../../src/policy/model/arrangements.ts';
import { decode, logitsOf, valuesOf } from '../../src/policy/model/decoder.ts';
import { integer, random } from '../../src/world/random.ts';
import { assertClose, ints, onnx, reference, runOn } from '../compute/both-engines.ts';
import { randomSequences } from '../learn/ppo-case.ts';
import { slowPredictions, toSlow } from './slow-decoder.ts';
import { livelyWeights, randomIds, tiny } from './tiny.ts';

/** Other ways to share heads and sizes. */
const configs: readonly PolicyConfig[] = [tiny, { ...tiny, keyValueHeads: 4 }, { ...tiny, keyValueHeads: 1, layers: 1 }, { ...tiny, heads: 2, keyValueHeads: 1, ropeTheta: 500, normEpsilon: 1e-2 }];

test('plain sequences, right-padded: logits and values of every position are those of the slow decoder', async () => {
  for (const [index, config] of configs.entries()) {
    const draw = random('plain', index);
    const weights = livelyWeights(config, index);
    const [batch, length] = [3, 11];
    const lengths = [length, 1, integer(draw, 2, 10)];
    const given = lengths.map((n) => randomIds(draw, n, config.vocabulary));
    const ids = given.flatMap((some) => [...some, ...new Array<number>(length - some.length).fill(7)]);
    const inputs: HostTensors = { ...weights, ids: ints([batch * length], ids), positions: ints([batch * length], ids.map((_, i) => i % length)) };
    for (const engine of [onnx, reference]) {
      const out = await runOn(engine, (x) => {
        const states = decode(x, config, x.ids, x.positions, sequences(config, batch, length));
        return { logits: logitsOf(x, states), values: valuesOf(x, states) };
      }, inputs);
      given.forEach((some, b) => slowPredictions(toSlow(weights), config, some).forEach(({ logits, value }, t) => {
        const at = b * length + t;
        const where = `config ${index}, sequence ${b}, position ${t} on ${engine.name}`;
        assertClose(out.logits.data.subarray(at * config.vocabulary, (at + 1) * config.vocabulary), logits, 2e-5, where);
        assertClose([out.values.data[at]], [value], 2e-5, where, 1);
      }));
    }
  }
});

/** Logits and values of all written tokens by the packed arrangement. */
const packedProgram = (config: PolicyConfig, size: PackedSize) => (x: Tensors): Tensors => {
  const states = decode(x, config, x.ids, x.positions, packed(config, size, x.prompts, x.samples));
  const at = tf.gather(states, x.actionAt as tf.Tensor1D);
  return { logits: logitsOf(x, at), values: valuesOf(x, at) };
};

test('lines packed with prompts and their samples: each says what its sequence alone says, whatever stands beside it', async () => {
  for (const [index, config] of configs.entries())
    for (const engine of [onnx, reference]) {
      const draw = random('packed', index);
      const weights = livelyWeights(config, index);
      const given: Sequence[] = randomSequences(draw, config.vocabulary);
      const slow = given.map(({ prompt, response }) => slowPredictions(toSlow(weights), config, [...prompt, ...response]));
      for (const batch of pack(config, given, given.map((_, i) => i), integer(draw, 64, 400))) {
        const out = await runOn(engine, packedProgram(config, batch.size), { ...weights, ...batch.inputs });
        batch.actions.forEach(({ sequence, position }, i) => {
          const { logits, value } = slow[sequence][given[sequence].prompt.length + position - 1];
          const where = `config ${index}, sequence ${sequence}, token ${position} on ${engine.name}`;
          assertClose(out.logits.data.subarray(i * config.vocabulary, (i + 1) * config.vocabulary), logits, 2e-5, where);
          assertClose([out.values.data[i]], [value], 2e-5, where, 1);
        });
      }
    }
});
