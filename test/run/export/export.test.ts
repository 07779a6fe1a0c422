// What is exported is what was trained: read again by this program's own readers, and computed with.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sequences } from '../../../src/policy/model/arrangements.ts';
import { decode, logitsOf } from '../../../src/policy/model/decoder.ts';
import type { PolicyConfig } from '../../../src/policy/config.ts';
import { ggufTokenizer } from '../../../src/policy/gguf/tokenizer.ts';
import { isFactor } from '../../../src/policy/adapter.ts';
import { mergedTensors } from '../../../src/policy/merge.ts';
import type { Weights } from '../../../src/policy/weights.ts';
import { writeGguf, type Exported } from '../../../src/run/export/gguf.ts';
import { writeHuggingFace } from '../../../src/run/export/hugging-face.ts';
import { writePeft } from '../../../src/run/export/peft.ts';
import { inPlace } from '../../../src/run/export/place.ts';
import { openGguf } from '../../../src/run/gguf-file.ts';
import { openSafetensors } from '../../../src/run/folder/safetensors-read.ts';
import { fileSource } from '../../../src/run/folder/source.ts';
import { openCheckpoint } from '../../../src/run/open-checkpoint.ts';
import { readPolicy } from '../../../src/run/policy-folder.ts';
import { readPeft } from '../../../src/run/read-peft.ts';
import { readTokenizerFiles } from '../../../src/run/tokenizer-files.ts';
import { whole } from './whole.ts';
import { assertClose, ints, runOn, onnx } from '../../compute/both-engines.ts';
import { livelyWeights, tiny } from '../../policy/tiny.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../parity/fixtures/${name}`, import.meta.url));
function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-export-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
const ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
async function logits(config: PolicyConfig, weights: Weights): Promise<Float32Array> {
  const { y } = await runOn(onnx, (x) => ({ y: logitsOf(x, decode(x, config, x.ids, x.positions, sequences(config, 1, ids.length))) }), { ...weights, ids: ints([ids.length], ids), positions: ints([ids.length], ids.keys()) });
  return y.data as Float32Array;
}
const exported = (config: PolicyConfig, weights: Weights): Exported => ({ config, tensors: mergedTensors({ config, weights }), name: 'x' });
/** A tokenizer that llama.cpp has a name for. */
const tokenizer = {
  json: {
    version: '1.0', added_tokens: [{ id: 0, content: '<|end|>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false }], normalizer: null, post_processor: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }, decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: { a: 1, b: 2, ab: 3, 'Ġ': 4 }, merges: ['a b'] },
  },
  endTokens: ['<|end|>'], chatTemplate: '{{ messages[0].content }}',
};

for (const name of ['llama2', 'llama3', 'llama-bias', 'mistral', 'qwen2', 'qwen3', 'smollm2']) {
  test(`${name}: as GGUF in F32 it computes what it computed, in F16 and Q8_0 nearly`, async (t) => {
    const folder = temporary(t);
    const { config, weights } = await readPolicy(fixture(name));
    const expected = await logits(config, weights);
    for (const [type, allowed] of [['F32', 2e-6], ['F16', 5e-3], ['Q8_0', 5e-2]] as const) {
      const path = join(folder, `${type}.gguf`);
      await writeGguf(path, exported(config, weights), tokenizer, type, 'tokenizer.json');
      const opened = await openCheckpoint(path);
      const { ropeScaling: _, ...sizes } = opened.config;
      const { ropeScaling: __, ...before } = config;
      assert.deepEqual(sizes, { ...before, context: Math.min(before.context, before.window ?? Infinity), normEpsilon: Math.fround(before.normEpsilon) });
      assertClose(await logits({ ...opened.config, context: config.context }, await opened.weights()), expected, allowed, `${name} as ${type}`);
      const { json, endTokens, chatTemplate } = ggufTokenizer((await openGguf(path)).header, path);
      const { vocab, merges } = (json as { model: { vocab: Record<string, number>; merges: string[] } }).model;
      assert.deepEqual([vocab['a'], vocab['ab'], vocab['<|end|>'], merges, endTokens, chatTemplate], [1, 3, 0, ['a b'], ['<|end|>'], tokenizer.chatTemplate]);
    }
  });

  test(`${name}: as a Hugging Face folder it is the same to the last bit, and keeps its own tokenizer's files byte for byte`, async (t) => {
    const folder = join(temporary(t), 'out');
    const { config, weights } = await readPolicy(fixture(name));
    const source = temporary(t);
    writeFileSync(join(source, 'tokenizer.json'), JSON.stringify(tokenizer.json));
    writeFileSync(join(source, 'chat_template.jinja'), '{# mine #}');
    mkdirSync(join(source, 'additional_chat_templates'));
    writeFileSync(join(source, 'additional_chat_templates', 'tool_use.jinja'), '{# with tools #}');
    await writeHuggingFace(folder, exported(config, weights), readTokenizerFiles(join(source, 'tokenizer.json'), source), 'f32', source);
    const back = await readPolicy(folder);
    assert.deepEqual(back.config, config);
    for (const [tensor, { data }] of Object.entries(weights)) if (!tensor.startsWith('value_head')) assert.deepEqual(back.weights[tensor].data, data, tensor);
    for (const file of ['tokenizer.json', 'chat_template.jinja', 'additional_chat_templates/tool_use.jinja']) assert.deepEqual(readFileSync(join(folder, file)), readFileSync(join(source, file)));
    assert.ok(existsSync(join(folder, 'tokenizer_config.json')));
  });
}

test('in half precision a folder is half as large, and nearly computes the same; the value head is in a file of its own, whole', async (t) => {
  const folder = temporary(t);
  const { config, weights } = await readPolicy(fixture('qwen2'));
  for (const [type, allowed] of [['f16', 5e-3], ['bf16', 4e-2]] as const) {
    await writeHuggingFace(join(folder, type), exported(config, weights), tokenizer, type);
    const { config: sizes, weights: back } = await readPolicy(join(folder, type));
    assertClose(await logits(sizes, back), await logits(config, weights), allowed, type);
    const head = await openSafetensors(fileSource(join(folder, type, 'value_head', 'value_head.safetensors')));
    assert.deepEqual(Object.keys(await head.readAll()).sort(), ['value_head.bias', 'value_head.weight']);
    assert.deepEqual(readdirSync(join(folder, type)).filter((name) => name.endsWith('.safetensors')), ['model.safetensors'], 'vLLM loads every safetensors file beside config.json');
  }
});

test('an adapter multiplied out computes what it computed beside its base; for PEFT its factors have PEFT\'s names', async (t) => {
  const folder = temporary(t);
  const config = { ...tiny, adapter: { rank: 3, alpha: 6, modules: ['q_proj', 'down_proj'] } };
  const weights = livelyWeights(config, 3);
  const merged = whole({ config, weights });
  assert.equal(merged.config.adapter, undefined);
  assertClose(await logits(merged.config, merged.weights), await logits(config, weights), 1e-5, 'merged');
  await writePeft(folder, { config, weights }, 'models/base');
  const stored = await (await openSafetensors(fileSource(join(folder, 'adapter_model.safetensors')))).readAll();
  assert.equal(Object.keys(stored).length, 2 * 2 * tiny.layers);
  assert.deepEqual(stored['base_model.model.model.layers.1.mlp.down_proj.lora_B.weight'], { dtype: 'F32', shape: [16, 3], data: weights['model.layers.1.mlp.down_proj.lora_B.weight'].data });
  const { r, lora_alpha, target_modules, base_model_name_or_path } = JSON.parse(readFileSync(join(folder, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
  assert.deepEqual([r, lora_alpha, target_modules, base_model_name_or_path], [3, 6, ['q_proj', 'down_proj'], 'models/base']);
  const back = await readPeft(folder, config);
  assert.deepEqual(back, Object.fromEntries(Object.entries(weights).filter(([tensor]) => isFactor(tensor))));
  await assert.rejects(readPeft(folder, { ...config, adapter: { ...config.adapter, rank: 4 } }), /'r' is 3, and policy\.adapter\.rank is 4\. Set that to the adapter's/);
  await assert.rejects(readPeft(folder, { ...config, adapter: { ...config.adapter, modules: ['q_proj'] } }), /'target_modules' is \["down_proj","q_proj"\], and policy\.adapter\.modules is \["q_proj"\]/);
  await assert.rejects(readPeft(folder, { ...config, layers: 3 }), /has no tensor 'base_model\.model\.model\.layers\.2\./);
  await assert.rejects(readPeft(folder, { ...config, feedForward: 32 }), /is \[3,24\]; policy\.adapter and the checkpoint ask for \[3,32\]/);
  const settings = JSON.parse(readFileSync(join(folder, 'adapter_config.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'adapter_config.json'), JSON.stringify({ ...settings, use_dora: true }));
  await assert.rejects(readPeft(folder, config), /'use_dora' is true; this version runs false only/);
  await assert.rejects(writePeft(folder, { config: tiny, weights }, 'models/base'), /no adapter: all its weights were trained\. Export the whole model/);
});

test('a tokenizer that llama.cpp cannot name is refused, with what to do', async (t) => {
  const { config, weights } = await readPolicy(fixture('smollm2'));
  const folder = temporary(t);
  const refused = async (change: object, why: RegExp): Promise<void> =>
    assert.rejects(writeGguf(join(folder, 'x.gguf'), exported(config, weights), { ...tokenizer, json: { ...tokenizer.json, ...change } }, 'F16', 'tok.json'), why);
  const words = tokenizer.json.pre_tokenizer;
  await refused({ pre_tokenizer: { type: 'Whitespace' } }, /tok\.json: llama\.cpp has no name for how this tokenizer cuts text.*--as safetensors/);
  await refused({ pre_tokenizer: { ...words, add_prefix_space: true } }, /has no name for how this tokenizer cuts text/);
  await refused({ normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] } }, /does not change text as this tokenizer does first \(Lowercase\)/);
  await refused({ model: { ...tokenizer.json.model, byte_fallback: true }, pre_tokenizer: { type: 'Split', pattern: { Regex: 'x' }, behavior: 'Isolated', invert: false } }, /has no name for how/);
});

test('tokens keep their kind: control tokens, those that texts may show, unused ones; no name is given twice', async (t) => {
  const { config, weights } = await readPolicy(fixture('smollm2'));
  const path = join(temporary(t), 'x.gguf');
  const added = [...tokenizer.json.added_tokens, { id: 5, content: '<tool_call>', special: false, single_word: false, lstrip: false, rstrip: false, normalized: false }];
  const json = { ...tokenizer.json, added_tokens: added, model: { ...tokenizer.json.model, vocab: { ...tokenizer.json.model.vocab, '[PAD7]': 6 } } };
  await writeGguf(path, exported(config, weights), { ...tokenizer, json }, 'F16', 'tok.json');
  const { header } = await openGguf(path);
  const types = header.metadata.get('tokenizer.ggml.token_type') as number[];
  const tokens = header.metadata.get('tokenizer.ggml.tokens') as string[];
  assert.deepEqual(types.slice(0, 8), [3, 1, 1, 1, 1, 4, 1, 5]);
  assert.equal(new Set(tokens).size, tokens.length);
  const back = ggufTokenizer(header, path);
  assert.deepEqual((back.json as typeof json).added_tokens.map(({ content, special }) => [content, special]), [['<|end|>', true], ['<tool_call>', false]]);
  const again = join(temporary(t), 'y.gguf');
  await writeGguf(again, exported(config, weights), back, 'F16', 'x.gguf');
  assert.deepEqual((await openGguf(again)).header.metadata.get('tokenizer.ggml.token_type'), types);
});

test('what ends a turn is the same in a folder and in the file made of it, more than two tokens too', async (t) => {
  const { config, weights } = await readPolicy(fixture('smollm2'));
  const folder = temporary(t);
  const added = ['<|end_of_text|>', '<|eot_id|>', 'stop', '<|endoftext|>', '<|im_start|>'].map((content, i) => ({ ...tokenizer.json.added_tokens[0], content, id: 5 + i }));
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...tokenizer.json, added_tokens: added }));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '<|eot_id|>' }));
  writeFileSync(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: [5, 7] }));
  const files = readTokenizerFiles(join(folder, 'tokenizer.json'), folder);
  assert.deepEqual(files.endTokens, ['<|eot_id|>', '<|end_of_text|>', 'stop', '<|endoftext|>']);
  const path = join(folder, 'x.gguf');
  await writeGguf(path, exported(config, weights), files, 'F16', 'tokenizer.json');
  const back = ggufTokenizer((await openGguf(path)).header, path).endTokens;
  assert.deepEqual([back[0], new Set(back)], [files.endTokens[0], new Set(files.endTokens)]);
});

test('ends of turns and of messages have the keys that say so, by their names; what ends a document has none of these', async (t) => {
  const { config, weights } = await readPolicy(fixture('smollm2'));
  const folder = temporary(t);
  const keys = async (...endTokens: string[]): Promise<unknown[]> => {
    const added = endTokens.map((content, i) => ({ ...tokenizer.json.added_tokens[0], content, id: 5 + i }));
    const path = join(folder, `${endTokens.join().replaceAll(/\W/g, '')}.gguf`);
    await writeGguf(path, exported(config, weights), { json: { ...tokenizer.json, added_tokens: added }, endTokens }, 'F16', 'tok.json');
    const { metadata } = (await openGguf(path)).header;
    return ['eos', 'eot', 'eom'].map((key) => endTokens[Number(metadata.get(`tokenizer.ggml.${key}_token_id`) ?? NaN) - 5]);
  };
  assert.deepEqual(await keys('<|im_end|>', '<|endoftext|>'), ['<|im_end|>', '<|im_end|>', undefined], 'SmolLM2 and Qwen2.5');
  assert.deepEqual(await keys('<|end_of_text|>', '<|eom_id|>', '<|eot_id|>'), ['<|end_of_text|>', '<|eot_id|>', '<|eom_id|>'], 'Llama 3.1, whatever comes first');
  assert.deepEqual(await keys('</s>'), ['</s>', undefined, undefined], 'Llama 2');
  assert.deepEqual(await keys('</s>', 'stop', '<|endoftext|>'), ['</s>', 'stop', undefined], 'an end that no name tells, which llama.cpp would pass by');
});

test('a token that was added beyond the rows of the model, as padding, is left out of the file; one of texts is refused', async (t) => {
  const { config, weights } = await readPolicy(fixture('smollm2'));
  const path = join(temporary(t), 'x.gguf');
  const pad = { ...tokenizer.json.added_tokens[0], content: '<pad>', id: config.vocabulary };
  const json = { ...tokenizer.json, added_tokens: [...tokenizer.json.added_tokens, pad] };
  // in the vocabulary as well, as some files have it
  for (const model of [json.model, { ...json.model, vocab: { ...json.model.vocab, '<pad>': pad.id } }]) {
    await writeGguf(path, exported(config, weights), { ...tokenizer, json: { ...json, model } }, 'F16', 'tok.json');
    const tokens = (await openGguf(path)).header.metadata.get('tokenizer.ggml.tokens') as string[];
    assert.deepEqual([tokens.length, tokens.includes('<pad>')], [config.vocabulary, false]);
    rmSync(path);
  }
  const lost = { ...json.model, vocab: { ...json.model.vocab, lost: config.vocabulary } };
  await assert.rejects(writeGguf(path, exported(config, weights), { ...tokenizer, json: { ...json, model: lost } }, 'F16', 'tok.json'), /tok\.json: token "lost" has the id \d+, and the model has \d+ tokens/);
});

test('a policy that was trained in another template says so', async (t) => {
  const folder = temporary(t);
  const policy = { ...exported(...Object.values(await readPolicy(fixture('smollm2'))) as [PolicyConfig, Weights]), template: '{# other #}' };
  await writeGguf(join(folder, 'x.gguf'), policy, tokenizer, 'F16', 'tok.json');
  assert.equal(ggufTokenizer((await openGguf(join(folder, 'x.gguf'))).header, 'x').chatTemplate, '{# other #}');
  const source = temporary(t);
  writeFileSync(join(source, 'tokenizer.json'), JSON.stringify(tokenizer.json));
  writeFileSync(join(source, 'chat_template.jinja'), '{# mine #}');
  mkdirSync(join(source, 'additional_chat_templates'));
  writeFileSync(join(source, 'additional_chat_templates', 'tool_use.jinja'), '{# with tools #}');
  await writeHuggingFace(join(folder, 'out'), policy, readTokenizerFiles(join(source, 'tokenizer.json'), source), 'f32', source);
  assert.equal(readFileSync(join(folder, 'out', 'chat_template.jinja'), 'utf8'), '{# other #}');
  assert.equal(readTokenizerFiles(join(folder, 'out', 'tokenizer.json'), join(folder, 'out')).chatTemplate, '{# other #}', 'with tools, too');
});

test('an export is whole or not there: nothing half written stays, and what was there is replaced only when asked to', async (t) => {
  const folder = temporary(t);
  const out = join(folder, 'model.gguf');
  await assert.rejects(inPlace(out, false, [], (path) => { mkdirSync(path); writeFileSync(join(path, 'half'), ''); return Promise.reject(new Error('disk full')); }), /disk full/);
  assert.deepEqual(readdirSync(folder), []);
  const make = (text: string) => (path: string) => { writeFileSync(path, text); return Promise.resolve(); };
  await inPlace(out, false, [], make('first'));
  await assert.rejects(inPlace(out, false, [], make('second')), /is there already\. Choose another name, or replace it with --force/);
  await assert.rejects(inPlace(out, true, [], () => Promise.reject(new Error('no'))), /no/);
  assert.equal(readFileSync(out, 'utf8'), 'first');
  await inPlace(out, true, [], make('third'));
  assert.equal(readFileSync(out, 'utf8'), 'third');
  // what comes there while it is made is somebody's too
  const other = join(folder, 'other.gguf');
  await assert.rejects(inPlace(other, false, [], (path) => { writeFileSync(path, 'mine'); writeFileSync(other, 'theirs'); return Promise.resolve(); }), /is there already/);
  assert.deepEqual([readFileSync(other, 'utf8'), readdirSync(folder).sort()], ['theirs', ['model.gguf', 'other.gguf']]);
});

test('a place that cannot be written is told as that, with where to write instead', async (t) => {
  const folder = temporary(t);
  writeFileSync(join(folder, 'file'), '');
  const never = (): Promise<void> => Promise.reject(new Error('made'));
  for (const out of [join(folder, 'file', 'model'), join(folder, 'file', 'deeper', 'model')])
    await assert.rejects(inPlace(out, false, [], never), ({ message }: Error) => message.startsWith(`${out} could not be written: a file stands where a folder is needed (`) && message.endsWith('Give another place with --out.'));
  const refused = (code: string) => (path: string) => Promise.reject(Object.assign(new Error(`${code}: mkdir '${path}'`), { code, path }));
  await assert.rejects(inPlace(join(folder, 'x'), false, [], refused('EPERM')), ({ message }: Error) => message === `${join(folder, 'x')} could not be written: writing there is not permitted (EPERM, in ${folder}). Give another place with --out.`);
  await assert.rejects(inPlace(join(folder, 'x'), false, [], refused('ENOSPC')), /the disk is full \(.*\)\. Free some space, or give another place with --out\.$/);
  const other = Object.assign(new Error('ENOENT: somewhere else'), { code: 'ENOENT', path: '/elsewhere/model' });
  await assert.rejects(inPlace(join(folder, 'x'), false, [], () => Promise.reject(other)), /somewhere else/, 'what is read is no place to write');
});

test('an export never takes the place of what it is made of', async (t) => {
  const folder = temporary(t);
  const [base, out] = [join(folder, 'base'), join(folder, 'base.gguf')];
  mkdirSync(base);
  writeFileSync(join(base, 'tokenizer.json'), 'old');
  writeFileSync(out, 'old');
  symlinkSync(base, join(folder, 'link'));
  const never = (): Promise<void> => Promise.reject(new Error('made'));
  await assert.rejects(inPlace(base, true, [base], never), /base is what this export is made of .* and is not replaced/);
  await assert.rejects(inPlace(join(folder, 'link'), true, [join(base, 'tokenizer.json')], never), /is what this export is made of/);
  await assert.rejects(inPlace(out, true, [out], never), /base\.gguf is what this export is made of/);
});

test('numbers that a type cannot hold are refused by name: nobody gets a model that writes garbage', async (t) => {
  const folder = temporary(t);
  const { config, weights } = await readPolicy(fixture('smollm2'));
  const name = 'model.layers.1.mlp.up_proj.weight';
  const spoilt = (value: number): Exported => exported(config, { ...weights, [name]: { ...weights[name], data: weights[name].data.with(7, value) } });
  await assert.rejects(writeGguf(join(folder, 'a.gguf'), spoilt(70000), tokenizer, 'F16', 'tok.json'), /Tensor 'blk\.1\.ffn_up\.weight' holds 70000 at place 7, which F16 cannot hold\. Export it with --type f32/);
  await assert.rejects(writeHuggingFace(join(folder, 'b'), spoilt(-70000), tokenizer, 'f16'), /Tensor 'model\.layers\.1\.mlp\.up_proj\.weight' holds -70000/);
  await assert.rejects(writeHuggingFace(join(folder, 'c'), spoilt(NaN), tokenizer, 'f32'), /holds NaN.*This policy is broken; export an earlier one with --checkpoint/);
  await writeHuggingFace(join(folder, 'd'), spoilt(70000), tokenizer, 'bf16');
});

test('an export tells how far it is and can be stopped between two tensors; nothing stays of it', async (t) => {
  const folder = temporary(t);
  const { config, weights } = await readPolicy(fixture('llama3'));
  const said: [number, number][] = [];
  const out = join(folder, 'x.gguf');
  await inPlace(out, false, [], (path) => writeGguf(path, exported(config, weights), tokenizer, 'F16', 'tok.json', { onProgress: (...at) => void said.push(at) }));
  assert.deepEqual(said.at(-1), [statSync(out).size, statSync(out).size]);
  assert.ok(said.every(([done], i) => i === 0 || done >= said[i - 1][0]));
  const stop = new AbortController();
  const second = inPlace(join(folder, 'y.gguf'), false, [], (path) => writeGguf(path, exported(config, weights), tokenizer, 'F16', 'tok.json', { onProgress: (done, all) => { if (done > all / 2) stop.abort(); }, signal: stop.signal }));
  await assert.rejects(second, { name: 'AbortError' });
  assert.deepEqual(readdirSync(folder), ['x.gguf']);
});

test('somebody\'s folder or file is never replaced', async (t) => {
  const folder = temporary(t);
  const [theirs, export_] = ['theirs', 'export'].map((name) => join(folder, name));
  for (const path of [theirs, export_]) {
    mkdirSync(path);
    writeFileSync(join(path, 'config.json'), 'old');
  }
  writeFileSync(join(theirs, 'thesis.tex'), 'years');
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  const make = (path: string): Promise<void> => { mkdirSync(path); writeFileSync(join(path, 'config.json'), 'new'); return Promise.resolve(); };
  await assert.rejects(inPlace(theirs, true, [], make), /has other files in it \(thesis\.tex\), and is not replaced/);
  await assert.rejects(inPlace(join(folder, 'notes.txt'), true, [], make), /is no \.gguf file: it is not replaced/);
  assert.deepEqual([readFileSync(join(theirs, 'thesis.tex'), 'utf8'), readFileSync(join(theirs, 'config.json'), 'utf8'), readFileSync(join(folder, 'notes.txt'), 'utf8')], ['years', 'old', 'mine']);
  const head = join(export_, 'value_head');
  mkdirSync(head);
  writeFileSync(join(head, 'mine.txt'), 'mine');
  await assert.rejects(inPlace(export_, true, [], make), /has other files in it \(value_head.mine\.txt\), and is not replaced/);
  rmSync(join(head, 'mine.txt'));
  writeFileSync(join(head, 'value_head.safetensors'), 'old');
  writeFileSync(join(export_, 'value_head.safetensors'), 'where it was before');
  await inPlace(export_, true, [], make);
  assert.equal(readFileSync(join(export_, 'config.json'), 'utf8'), 'new');
  assert.deepEqual(readdirSync(folder).sort(), ['export', 'notes.txt', 'theirs']);
});
