// Adapters of PEFT that stand beside another model than the one they are named with.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFactor } from '../../src/policy/adapter.ts';
import type { Weights } from '../../src/policy/weights.ts';
import { writePeft } from '../../src/run/export/peft.ts';
import { readPeft } from '../../src/run/read-peft.ts';
import { livelyWeights, tiny } from '../policy/tiny.ts';

test('factors that began by changing the model are refused, with what to do; those that left it as it was are read', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-peft-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const config = { ...tiny, adapter: { rank: 3, alpha: 6, modules: ['q_proj', 'down_proj'] } };
  const weights = livelyWeights(config, 3);
  await writePeft(folder, { config, weights }, 'models/base');
  const path = join(folder, 'adapter_config.json');
  const settings = JSON.parse(readFileSync(path, 'utf8')) as object;
  const reading = (init_lora_weights: unknown): Promise<Weights> => {
    writeFileSync(path, JSON.stringify({ ...settings, init_lora_weights }));
    return readPeft(folder, config);
  };
  const factors = Object.fromEntries(Object.entries(weights).filter(([name]) => isFactor(name)));
  for (const value of [undefined, null, true, false, 'gaussian', 'Gaussian', 'eva', 'orthogonal', 'mica']) assert.deepEqual(await reading(value), factors, String(value));
  for (const value of ['pissa', 'pissa_niter_16', 'olora', 'OLoRA', 'corda'])
    await assert.rejects(reading(value), new RegExp(`adapter_config\\.json: 'init_lora_weights' is "${value}": .* not beside those of the checkpoint\\. Save it with PEFT's save_pretrained and path_initial_model_for_weight_conversion`));
  for (const value of ['loftq', 'lora_ga', 'something new']) await assert.rejects(reading(value), new RegExp(`'init_lora_weights' is "${value}": .* merge_and_unload`));
});

test('factors in a format that is not read, and a folder without any, are told as that', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-peft-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const config = { ...tiny, adapter: { rank: 3, alpha: 6, modules: ['q_proj'] } };
  await writePeft(folder, { config, weights: livelyWeights(config, 3) }, 'models/base');
  rmSync(join(folder, 'adapter_model.safetensors'));
  await assert.rejects(readPeft(folder, config), /^Error: .* has no adapter_model\.safetensors\.$/);
  writeFileSync(join(folder, 'adapter_model.bin'), '');
  await assert.rejects(readPeft(folder, config), /has its factors as adapter_model\.bin alone, .* not read: load it with PEFT and write it with save_pretrained\(folder, safe_serialization=True\), which makes adapter_model\.safetensors\.$/);
});
