// What is exported, opened by the programs it is for. `STEPTOOL_PYTHON` names a Python with torch, transformers, peft and gguf.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { dequantize } from '../../src/policy/gguf/dequantize.ts';
import { quantize } from '../../src/policy/gguf/quantize.ts';
import { mergedTensors, numbersOf, withoutAdapter } from '../../src/policy/merge.ts';
import { isFactor } from '../../src/policy/adapter.ts';
import { weightShapes, type Weights } from '../../src/policy/weights.ts';
import { writeGguf, type Exported } from '../../src/run/export/gguf.ts';
import { writeHuggingFace } from '../../src/run/export/hugging-face.ts';
import { writePeft } from '../../src/run/export/peft.ts';
import { bundledPolicy } from '../../src/run/package-root.ts';
import { readPolicy, readTokenizer } from '../../src/run/policy-folder.ts';
import { readTokenizerFiles } from '../../src/run/tokenizer-files.ts';
import { random } from '../../src/world/random.ts';
import { whole } from '../run/export/whole.ts';
import { ask, greedy, skip } from './export-programs.ts';

/** The bundled policy with an adapter that changes what it writes. */
async function adapted(): Promise<{ config: PolicyConfig; weights: Weights }> {
  const { config: sizes, weights } = await readPolicy(bundledPolicy());
  const config = { ...sizes, adapter: { rank: 4, alpha: 8, modules: ['q_proj', 'v_proj', 'o_proj', 'down_proj'] } };
  const draw = random('exports');
  const factors = weightShapes(config).filter(({ name }) => isFactor(name)).map(({ name, shape }) => [name, { shape, dtype: 'float32', data: Float32Array.from({ length: shape[0] * shape[1] }, () => (draw() - 0.5) * 0.6) }] as const);
  return { config, weights: { ...weights, ...Object.fromEntries(factors) } };
}

const exported = (policy: { config: PolicyConfig; weights: Weights }): Exported => ({ config: withoutAdapter(policy.config), tensors: mergedTensors(policy), name: 'x' });

test('transformers and peft write the tokens that this program writes', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-exports-'));
  try {
    const policy = await adapted();
    const merged = whole(policy);
    const expected = await greedy(policy.config, policy.weights);
    const base = await greedy((({ adapter: _, ...rest }) => rest)(policy.config), Object.fromEntries(Object.entries(policy.weights).filter(([name]) => !isFactor(name))));
    assert.notDeepEqual(expected, base, 'the adapter matters');
    assert.deepEqual(await greedy(merged.config, merged.weights), expected);
    await writeHuggingFace(join(folder, 'whole'), exported(policy), readTokenizerFiles(join(bundledPolicy(), 'tokenizer.json'), bundledPolicy()), 'f32', bundledPolicy());
    const text = 'Find the weather in Oslo, tomorrow: {"city": "Oslo"}';
    const found = ask<{ tokens: number[]; ids: number[]; text: string }>('transformers', join(folder, 'whole'), text);
    assert.deepEqual([found.tokens, found.ids, found.text], [expected, [...readTokenizer(bundledPolicy()).encode(text)], text]);
    await writePeft(join(folder, 'adapter'), policy, bundledPolicy());
    cpSync(bundledPolicy(), join(folder, 'base'), { recursive: true });
    assert.deepEqual(ask('peft', join(folder, 'adapter'), join(folder, 'base')), { base, tokens: expected });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the gguf package reads the file, and dequantises its blocks to the same numbers', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-exports-'));
  try {
    const policy = await adapted();
    const { weights } = whole(policy);
    const json = { ...JSON.parse(readFileSync(join(bundledPolicy(), 'tokenizer.json'), 'utf8')) as object, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true } };
    const path = join(folder, 'x.gguf');
    await writeGguf(path, exported(policy), { json, endTokens: ['<|end|>'] }, 'Q8_0', 'tokenizer.json');
    const { architecture, tensors } = ask<{ architecture: string; tensors: Record<string, { type: string; shape: number[]; sum: number }> }>('gguf', path);
    assert.equal(architecture, 'llama');
    const ours = weights['model.layers.1.mlp.gate_proj.weight'];
    const back = new Float32Array(ours.data.length);
    dequantize('Q8_0', quantize('Q8_0', numbersOf(ours)), back);
    const theirs = tensors['blk.1.ffn_gate.weight'];
    assert.deepEqual([theirs.type, theirs.shape], ['Q8_0', [...ours.shape].reverse()]);
    assert.ok(Math.abs(theirs.sum - back.reduce((sum, value) => sum + Math.abs(value), 0)) < 1e-6 * theirs.sum);
    assert.equal(tensors['blk.1.attn_norm.weight'].type, 'F32');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
