/**
 * A checkpoint written by PyTorch, read by our reader: logits and values as transformers computes them, and one update of
 * PPO as PyTorch's autograd and Adam make it. The fixtures come from test/parity-python/llama.py.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as tf from '#tfjs';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import type { AdamSettings } from '../../src/learn/adam.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { ppoLoss, ppoMetrics, type PpoBatch, type PpoLossSettings, type PpoMetric } from '../../src/learn/ppo-loss.ts';
import type { Sequence } from '../../src/learn/packing.ts';
import { score } from '../../src/learn/score.ts';
import { Generator } from '../../src/policy/generator.ts';
import { sequences as plain } from '../../src/policy/model/arrangements.ts';
import { decode, logitsOf, valuesOf } from '../../src/policy/model/decoder.ts';
import { readPolicy } from '../../src/run/policy-folder.ts';
import { openSafetensors } from '../../src/run/folder/safetensors-read.ts';
import { fileSource } from '../../src/run/folder/source.ts';
import { assertClose, ints, onnx, reference, runOn } from '../compute/both-engines.ts';
import { gradientPrograms, packWhole, ppoInputs, type PpoCase } from '../learn/ppo-case.ts';
import type { TokenFacts } from '../learn/slow-ppo.ts';
import { slowPredictions, toSlow } from '../policy/slow-decoder.ts';

interface ExpectedSequence extends Sequence {
  readonly prompt: number[];
  readonly response: number[];
  readonly mask: number[];
  /** After the last token. */
  readonly logits: number[];
  /** After every token. */
  readonly values: number[];
  /** Of the written tokens, in order. */
  readonly logProbs: number[];
  readonly entropies: number[];
  readonly facts: Record<keyof TokenFacts, number[]>;
}
interface Expected extends Record<Extract<PpoMetric, 'loss' | 'policyLoss' | 'valueLoss' | 'klLoss' | 'entropy' | 'clipFraction'>, number> {
  readonly settings: PpoLossSettings;
  readonly adam: AdamSettings;
  readonly klCoefficient: number;
  readonly learningRate: number;
  readonly sequences: ExpectedSequence[];
  readonly gradientNorm: number;
  readonly gradientNorms: Record<string, number>;
}

const folder = fileURLToPath(new URL('./fixtures/llama', import.meta.url));
const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Expected;
const { config, weights } = await readPolicy(folder);
const programs = new ProgramCache(onnx);
after(() => programs.dispose());

/** The k-th written token of a sequence is token `positions[k]` of its response. */
const positionsOf = ({ mask }: ExpectedSequence): number[] => mask.flatMap((bit, i) => (bit ? [i] : []));
const given: PpoCase = {
  config, weights, sequences: expected.sequences, settings: expected.settings, klCoefficient: expected.klCoefficient,
  facts: expected.sequences.map((sequence) => {
    const positions = positionsOf(sequence);
    const { facts } = sequence;
    return sequence.response.map((_, i): TokenFacts | undefined => {
      const k = positions.indexOf(i);
      return k < 0 ? undefined : { oldLogProb: facts.oldLogProb[k], refLogProb: facts.refLogProb[k], oldValue: facts.oldValue[k], advantage: facts.advantage[k], target: facts.target[k] };
    });
  }),
};

test('logits and values of every sequence are those of transformers, on both engines and in the slow decoder', async () => {
  for (const { prompt, response, logits, values } of expected.sequences) {
    const ids = [...prompt, ...response];
    for (const engine of [onnx, reference]) {
      const out = await runOn(engine, (x) => {
        const states = decode(x, config, x.ids, x.positions, plain(config, 1, ids.length));
        return { logits: logitsOf(x, tf.slice(states, [ids.length - 1, 0])), values: valuesOf(x, states) };
      }, { ...weights, ids: ints([ids.length], ids), positions: ints([ids.length], ids.keys()) });
      assertClose(out.logits.data, logits, 1e-4, `logits on ${engine.name}`);
      assertClose(out.values.data, values, 1e-4, `values on ${engine.name}`);
    }
    const slow = slowPredictions(toSlow(weights), config, ids);
    assertClose(slow.at(-1)!.logits, logits, 1e-5, 'logits of the slow decoder');
    assertClose(slow.map(({ value }) => value), values, 1e-5, 'values of the slow decoder');
  }
});

test('per-token log-probabilities at a temperature, in batches that share prompts and with the cache', async () => {
  const { temperature } = expected.settings;
  const scores = await score(programs, config, weights, expected.sequences, ['logProbs'], temperature, 500);
  const generator = new Generator(programs, config, weights, 2, temperature);
  for (const [s, sequence] of expected.sequences.entries()) {
    const positions = positionsOf(sequence);
    assertClose(positions.map((i) => scores[s].logProbs[i]), sequence.logProbs, 1e-4, `sequence ${s}`);
    assert.ok(scores[s].logProbs.every((score, i) => sequence.mask[i] || score === 0));

    const [prompted] = await generator.prompt([sequence.prompt]);
    generator.cache.place(1, prompted.cache);
    let { next } = prompted;
    for (const [i, id] of sequence.response.entries()) {
      const k = positions.indexOf(i);
      if (k >= 0) assertClose([Math.log(next.probabilities[next.row * config.vocabulary + id]), next.entropy], [sequence.logProbs[k], sequence.entropies[k]], 1e-4, `sequence ${s}, token ${i} with the cache`, 1);
      assertClose([next.value], [sequence.values[sequence.prompt.length + i - 1]], 1e-4, 'value with the cache', 1);
      next = (await generator.step(Int32Array.of(-1, id)))(1);
    }
    generator.cache.clear(1);
  }
});

test('loss, its parts, and the gradient norm of every weight', async () => {
  const metrics = new Map<PpoMetric, number>();
  const gradients = new Map<string, Float64Array>();
  for (const { program, inputs } of gradientPrograms(given)) {
    const out = await runOn(onnx, program, inputs);
    ppoMetrics.forEach((name, i) => metrics.set(name, (metrics.get(name) ?? 0) + out.metrics.data[i]));
    for (const name of Object.keys(weights)) gradients.set(name, Float64Array.from(out[`d:${name}`].data, (d, i) => d + (gradients.get(name)?.[i] ?? 0)));
  }
  for (const name of ['loss', 'policyLoss', 'valueLoss', 'klLoss', 'entropy', 'clipFraction'] as const) assertClose([metrics.get(name)!], [expected[name]], 1e-4, name, 0.1);
  assert.deepEqual([...gradients.keys()].sort(), Object.keys(expected.gradientNorms).sort());
  for (const [name, norm] of Object.entries(expected.gradientNorms)) assertClose([Math.hypot(...gradients.get(name)!)], [norm], 1e-4, `gradient of ${name}`, 1e-2);
});

test('one step of Adam takes every weight to where PyTorch takes it', async () => {
  const updated = await (await openSafetensors(fileSource(`${folder}/updated.safetensors`))).readAll();
  for (const rows of [4096, 32]) {
    const packed = packWhole(given.config, given.sequences, rows);
    const actions = packed.reduce((sum, batch) => sum + batch.actions.length, 0);
    const optimizer = new Optimizer(programs, config, weights, expected.adam);
    const { gradientNorm, applied } = await optimizer.update(packed.map((batch) => ({
      key: batch.key, inputs: ppoInputs(given, batch, actions),
      objective: { name: 'ppo', program: (w, x) => ppoLoss(w, config, batch.size, x as PpoBatch, given.settings) },
    })), expected.learningRate);
    assert.ok(applied);
    assertClose([gradientNorm], [expected.gradientNorm], 1e-4, 'global norm');
    for (const [name, { data }] of Object.entries(optimizer.weights)) {
      const target = updated[name].data as Float32Array;
      assertClose(data, target, 1e-4, name);
      const moved = weights[name].data.map((v, i) => target[i] - v);
      assertClose(weights[name].data.map((v, i) => data[i] - v), moved, 5e-3, `move of ${name}`);
    }
  }
});
