// Logits some rows at a time: the same predictions and gradients as all at once, and no tensor of all rows' logits in the program.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import type { Scalar, Tensor } from '#tfjs';
import { record } from '../../src/compute/onnx/record.ts';
import type { TensorProgram } from '../../src/compute/engine.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { rowsOfPart } from '../../src/policy/model/parts.ts';
import { predictionsOf } from '../../src/policy/model/predictions.ts';
import { embeddingName, headName } from '../../src/policy/weights.ts';
import { random } from '../../src/world/random.ts';
import { assertSameTensors, onnx, randomFloats, randomInts, reference, runOn, specsOf } from '../compute/both-engines.ts';
import { tiny } from './tiny.ts';

const rows = 13;
const adapted: PolicyConfig = { ...tiny, adapter: { rank: 2, alpha: 2, modules: ['q_proj'] } };

/** A number of all predictions, with its gradients where the model takes some. */
const program = (config: PolicyConfig, head: string, temperature: number, part: number): TensorProgram => (x) => {
  const seen: Tensor[] = [];
  const lossOf = (): Scalar => {
    const { logProbs, entropies, likeliest } = predictionsOf(x, config, x.hidden, x.chosen, { temperature, part, learnsEntropy: true });
    seen.push(...[logProbs, entropies, likeliest].map((each) => tf.keep(each)));
    return tf.add(tf.sum(tf.mul(logProbs, x.a)), tf.sum(tf.mul(entropies, x.b)));
  };
  const { grads } = tf.engine().gradients(lossOf, [x.hidden, ...(config.adapter ? [] : [x[head]])]);
  const [logProbs, entropies, likeliest] = seen.map((each) => { const copy = tf.clone(each); each.dispose(); return copy; });
  return { logProbs, entropies, likeliest, ...Object.fromEntries(grads.map((d, i) => [`d${i}`, d])) };
};

for (const [name, config, head, temperature] of [
  ['a tied head', tiny, embeddingName, 1], ['a head of its own, at a temperature', { ...tiny, untied: true }, headName, 0.7], ['a frozen head', adapted, embeddingName, 1.3],
] as const)
  test(`${name}: 13 rows in parts of 5, 1 and 12 are as 13 at once`, async () => {
    const draw = random('predictions', name);
    const inputs = { hidden: randomFloats(draw, [rows, tiny.width]), [head]: randomFloats(draw, [tiny.vocabulary, tiny.width]), chosen: randomInts(draw, [rows], tiny.vocabulary), a: randomFloats(draw, [rows]), b: randomFloats(draw, [rows]) };
    const wanted = await runOn(reference, program(config, head, temperature, rows), inputs);
    for (const part of [5, 1, 12])
      for (const engine of [reference, onnx])
        assertSameTensors(await runOn(engine, program(config, head, temperature, part), inputs), wanted, 2e-5, `parts of ${part} on ${engine.name}`);
  });

test('a recorded program in parts has no product of all rows with the vocabulary', () => {
  const draw = random('predictions', 'recorded');
  const inputs = specsOf({ hidden: randomFloats(draw, [rows, tiny.width]), [embeddingName]: randomFloats(draw, [tiny.vocabulary, tiny.width]), chosen: randomInts(draw, [rows], tiny.vocabulary), a: randomFloats(draw, [rows]), b: randomFloats(draw, [rows]) });
  const slices = (part: number): number => record(program(tiny, embeddingName, 1, part), { inputs }).nodes.filter(({ op }) => op === 'Slice').length;
  assert.equal(slices(rows), 0);
  assert.ok(slices(5) > 9);
});

test('small vocabularies are done at once; wide ones in parts that bound the logits', () => {
  assert.equal(rowsOfPart(2560, 2048), 2560);
  assert.equal(rowsOfPart(2560, 8192), 2560);
  assert.equal(rowsOfPart(2048, 49152), 170);
  assert.equal(rowsOfPart(2048, 1_000_000), 32);
});
