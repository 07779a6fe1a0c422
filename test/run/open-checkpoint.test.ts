// Folders of models that are not whole, and experiments that name a model.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { openCheckpoint } from '../../src/run/open-checkpoint.ts';
import { readTokenizer } from '../../src/run/policy-folder.ts';
import { openModel } from '../../src/run/training/open-model.ts';
import { openSizes } from '../../src/run/training/setup.ts';
import { tinyGguf } from '../policy/tiny-gguf.ts';

const scratch = mkdtempSync(join(tmpdir(), 'steptool-models-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** A copy of a fixture, to damage. */
function copy(fixture: string, name: string): string {
  const folder = join(scratch, name);
  cpSync(fileURLToPath(new URL(`../parity/fixtures/${fixture}`, import.meta.url)), folder, { recursive: true });
  return folder;
}
const change = (path: string, edit: (json: Record<string, unknown>) => void): void => {
  const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  edit(json);
  writeFileSync(path, JSON.stringify(json));
};
const weightsOf = async (folder: string): Promise<unknown> => (await openCheckpoint(folder)).weights();

test('a missing shard, a truncated one and one outside the folder are refused by name', async () => {
  const missing = copy('qwen3', 'missing');
  rmSync(join(missing, 'model-00002-of-00005.safetensors'));
  await assert.rejects(weightsOf(missing), /the shard model-00002-of-00005\.safetensors, with tensor '.+', is missing/);
  const cut = copy('qwen3', 'cut');
  truncateSync(join(cut, 'model-00001-of-00005.safetensors'), 900);
  await assert.rejects(weightsOf(cut), /model-00001-of-00005\.safetensors is no valid safetensors file: .* Download it again, or restore it from a copy\.$/);
  const outside = copy('qwen3', 'outside');
  change(join(outside, 'model.safetensors.index.json'), (json) => { (json.weight_map as Record<string, string>)['model.norm.weight'] = '../secret.safetensors'; });
  await assert.rejects(weightsOf(outside), /'model\.norm\.weight' is in "\.\.\/secret\.safetensors", which is no name of a safetensors file in this folder/);
});

test('what Git LFS leaves in place of a large file, and a file that is empty, are told as that', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
  const all = copy('smollm2', 'pointers');
  for (const [name, open] of [
    ['model.safetensors', weightsOf], ['config.json', weightsOf], ['tokenizer.json', (folder: string) => Promise.resolve().then(() => readTokenizer(folder))],
  ] as const) {
    const path = join(all, name);
    writeFileSync(path, pointer);
    await assert.rejects(open(all), { message: `${path} is a Git LFS pointer, which stands for the file and is not the file. Run "git lfs pull" in its folder, or download the file itself.` });
    writeFileSync(path, '');
    await assert.rejects(open(all), { message: `${path} is empty: it was not downloaded, or not all of it. Download it again.` });
  }
  const gguf = join(scratch, 'pointer.gguf');
  writeFileSync(gguf, pointer);
  await assert.rejects(openCheckpoint(gguf), /pointer\.gguf is a Git LFS pointer/);
  truncateSync(gguf, 0);
  await assert.rejects(openCheckpoint(gguf), /pointer\.gguf is empty: .* Download it again\.$/);
});

test('a tensor of another shape than the config says, and a head that is not there, are refused by name', async () => {
  const wide = copy('smollm2', 'wide');
  change(join(wide, 'config.json'), (json) => { json.intermediate_size = 41; });
  await assert.rejects(weightsOf(wide), /'model\.layers\.0\.mlp\.gate_proj\.weight' is float32\[40,24\]; the config asks for float32\[41,24\]/);
  const untied = copy('smollm2', 'untied');
  change(join(untied, 'config.json'), (json) => { json.tie_word_embeddings = false; });
  await assert.rejects(weightsOf(untied), /has no tensor 'lm_head\.weight'\. The config says that the head is not tied/);
  const other = copy('smollm2', 'other');
  change(join(other, 'config.json'), (json) => { json.model_type = 'gpt_neox'; });
  await assert.rejects(weightsOf(other), /'model_type' is "gpt_neox"/);
});

test('an experiment takes sizes and tokenizer of the model it names; sizes that it sets otherwise are refused', async () => {
  const path = join(scratch, 'tiny.gguf');
  writeFileSync(path, tinyGguf().bytes);
  const policy = { ...defaultExperiment.policy, checkpoint: path, context: 32 };
  const model = await openModel(policy, path, 'bundled', { dialogue: policy.dialogue });
  assert.deepEqual([model!.config.width, model!.config.context, model!.tokenizer.vocabulary, model!.tokenizer.dialogue.name], [8, 32, 6, 'react']);
  await assert.rejects(openModel({ ...policy, width: 64 }, path, 'bundled', { dialogue: policy.dialogue }), /width is 64 in the experiment and 8 in the checkpoint/);
  await assert.rejects(openModel({ ...policy, context: 64 }, path, 'bundled', { dialogue: policy.dialogue }), /context is 64 in the experiment and 32 in the checkpoint/);
  await assert.rejects(openModel(policy, path, 'bundled', { dialogue: 'chat-template' }), /no chat template.*policy\.dialogue/);
  assert.equal(await openModel(policy, join(scratch, 'nothing.gguf'), 'bundled', { dialogue: policy.dialogue }), undefined);
});

test('a model without config, without tokenizer, with quantised weights, or asked for more than its window, is refused with what to do', async () => {
  const bare = copy('smollm2', 'bare');
  const policy = { ...defaultExperiment.policy, checkpoint: bare, context: 64 };
  await assert.rejects(openModel(policy, bare, 'bundled', { dialogue: policy.dialogue }), /bare has no tokenizer\.json \(a tokenizer\.model alone is not read\)\. Download it/);
  rmSync(join(bare, 'config.json'));
  await assert.rejects(openCheckpoint(bare), /bare has no config\.json, which says what model it is/);
  const quantised = copy('smollm2', 'quantised');
  change(join(quantised, 'config.json'), (json) => { json.quantization_config = { quant_method: 'gptq', bits: 4 }; });
  await assert.rejects(openCheckpoint(quantised), /'quantization_config' says that the weights are quantised, by "gptq"/);
  const windowed = copy('mistral', 'windowed');
  await assert.rejects(openModel({ ...policy, checkpoint: windowed, context: 64 }, windowed, 'bundled', { dialogue: policy.dialogue }), /attends to 7 positions \(a sliding window\).*Set "policy\.context" to 7 or less/);
  const header = Buffer.from(JSON.stringify({ x: { dtype: 'F8_E4M3', shape: [2], data_offsets: [0, 2] } }));
  const eight = copy('smollm2', 'eight');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(join(eight, 'model.safetensors'), Buffer.concat([length, header, Buffer.alloc(2)]));
  await assert.rejects(weightsOf(eight), /tensor 'x' is stored as F8_E4M3, which this version does not read\. Take the model in BF16/);
});

test('a folder that holds something else than a model that is read is told as that, with how to convert it', async () => {
  const told = (path: string, tells: RegExp): Promise<void> =>
    assert.rejects(openSizes({ ...defaultExperiment, policy: { ...defaultExperiment.policy, checkpoint: path } }, join(scratch, 'a.steptool.json')), tells);
  const holding = (name: string, ...files: string[]): string => {
    mkdirSync(join(scratch, name));
    for (const file of files) writeFileSync(join(scratch, name, file), '');
    return name;
  };
  const convert = /^Error: policy\.checkpoint: .* has its weights as pytorch_model\.bin alone, .* not read: load it with transformers and write it with save_pretrained\(folder, safe_serialization=True\), which makes model\.safetensors\.$/;
  await told(holding('pickled', 'config.json', 'pytorch_model.bin'), convert);
  await told(holding('pickled-shards', 'pytorch_model.bin.index.json', 'pytorch_model-00001-of-00002.bin'), convert);
  await told(holding('pickled-adapter', 'adapter_config.json', 'adapter_model.bin'), /is an adapter: it belongs into "policy\.adapter\.start"/);
  await told(holding('nothing'), /^Error: policy\.checkpoint: there is no model in .*nothing\. If it was moved, put it back/);
  await told('nowhere', /^Error: policy\.checkpoint: there is no model in .*nowhere\. If it was moved, put it back/);
});
