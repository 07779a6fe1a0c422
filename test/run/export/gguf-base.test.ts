// A policy that began as a GGUF file, exported as a Hugging Face folder: the tokenizer.json that is made for it says what the file said.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeTokenizer } from '../../../src/policy/dialogue/choose.ts';
import { describeTokenizer } from '../../../src/policy/gguf/describe-tokenizer.ts';
import { readGgufHeader } from '../../../src/policy/gguf/header.ts';
import { ggufTokenizer, type TokenizerFiles } from '../../../src/policy/gguf/tokenizer.ts';
import { mergedTensors } from '../../../src/policy/merge.ts';
import { writeHuggingFace } from '../../../src/run/export/hugging-face.ts';
import { readPolicy } from '../../../src/run/policy-folder.ts';
import { readTokenizerFiles } from '../../../src/run/tokenizer-files.ts';
import { tinyGguf } from '../../policy/tiny-gguf.ts';

/** Of Llama 2's kind: control tokens first, bytes, pieces. */
const pieces = {
  model: 'llama', pre: 'default', tokens: ['<unk>', '<s>', '</s>', '[INST]', '<0x0A>', '▁', 'a', 'b', '▁a', 'ab', '▁ab', '<tool>'], token_type: [2, 3, 3, 3, 6, 1, 1, 1, 1, 1, 1, 4],
  scores: [0, 0, 0, 0, 0, -9, -8, -7, -2, -3, -1, 0], merges: undefined, unknown_token_id: 0, bos_token_id: 1, eos_token_id: 2, add_bos_token: true,
};
/** Of Llama 3's: words that are tokens are not merged. */
const words = { pre: 'llama-bpe', tokens: ['stop', 'a', 'b', 'ab', 'Ġ', '<|begin|>', '<tool>'], token_type: [3, 1, 1, 1, 1, 3, 4], merges: ['a b'], bos_token_id: 5, eos_token_id: 0, add_bos_token: undefined };

type Values = NonNullable<NonNullable<Parameters<typeof tinyGguf>[0]>['metadata']>;
function read(values: Values): TokenizerFiles {
  const { bytes } = tinyGguf({ metadata: Object.fromEntries(Object.entries(values).map(([key, value]) => [`tokenizer.ggml.${key}`, value])) });
  return ggufTokenizer(readGgufHeader(bytes, bytes.length, 'x.gguf'), 'x.gguf');
}

interface Json {
  readonly added_tokens: readonly { id: number; content: string; special: boolean }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly decoder: { readonly decoders?: readonly { type: string }[] };
  readonly post_processor: { readonly single: readonly object[]; readonly special_tokens: Readonly<Record<string, { ids: number[] }>> } | null;
}
async function exportOf(t: TestContext, files: TokenizerFiles): Promise<{ json: Json; config: Record<string, unknown>; back: TokenizerFiles }> {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-gguf-base-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { config, weights } = await readPolicy(fileURLToPath(new URL('../../parity/fixtures/smollm2', import.meta.url)));
  await writeHuggingFace(join(folder, 'out'), { config, tensors: mergedTensors({ config, weights }), name: 'x' }, files, 'f32');
  const at = (name: string): unknown => JSON.parse(readFileSync(join(folder, 'out', name), 'utf8'));
  return { json: at('tokenizer.json') as Json, config: at('tokenizer_config.json') as Record<string, unknown>, back: readTokenizerFiles(join(folder, 'out', 'tokenizer.json'), join(folder, 'out')) };
}

for (const [kind, values] of [['SentencePiece', pieces], ['bytes', words]] as const) {
  test(`${kind}: control tokens keep their ids in transformers, which numbers anew what the vocabulary lacks`, async (t) => {
    const { json } = await exportOf(t, read(values));
    const ids = new Map(values.tokens.map((token, id) => [token, id]));
    assert.deepEqual(Object.entries(json.model.vocab), [...ids]);
    for (const { id, content } of json.added_tokens) assert.equal(json.model.vocab[content], id, content);
    const types: readonly number[] = values.token_type;
    assert.deepEqual(json.added_tokens.map(({ content, special }) => [content, special]), values.tokens.filter((_, id) => [2, 3, 4].includes(types[id])).map((token) => [token, token !== '<tool>']));
  });

  test(`${kind}: sequences begin with bos where the file says so, and with one when the export is read again`, async (t) => {
    const files = read(values);
    const bos = values.tokens[values.bos_token_id];
    const { json, config, back } = await exportOf(t, files);
    assert.deepEqual(json.post_processor!.single, [{ SpecialToken: { id: bos, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }]);
    assert.deepEqual(json.post_processor!.special_tokens[bos].ids, [values.bos_token_id]);
    assert.deepEqual([config.add_bos_token, config.bos_token, back.startToken], [true, bos, bos]);
    const tokenizer = makeTokenizer(back, { dialogue: 'react' }, 'out');
    assert.deepEqual([...tokenizer.encode('ab')], [...makeTokenizer(files, { dialogue: 'react' }, 'x.gguf').encode('ab')], 'a text alone has none');
    for (const fragments of [[{ kind: 'text', text: 'ab' }], [{ kind: 'control', token: bos }, { kind: 'text', text: 'ab' }]] as const)
      assert.deepEqual(tokenizer.prompt(fragments).map((id) => id === values.bos_token_id), [true, ...tokenizer.prompt(fragments).slice(1).map(() => false)]);
    assert.equal((await exportOf(t, read({ ...values, add_bos_token: false }))).json.post_processor, null);
  });

  test(`${kind}: read again, texts have the ids that they have with the file; none is a control token, though the vocabulary has these`, async (t) => {
    const files = read(values);
    const { back } = await exportOf(t, files);
    const [before, after] = [files, back].map((each) => makeTokenizer(each, { dialogue: 'react' }, 'x', values.tokens.length));
    for (const text of ['ab', 'a b', 'ab ab\n', 'b']) {
      const ids = before.encode(text);
      assert.deepEqual([after.encode(text), after.decode(ids)], [ids, before.decode(ids)], text);
    }
    assert.deepEqual([after.end, after.ends], [before.end, before.ends]);
    assert.deepEqual(back.endTokens, files.endTokens);
    assert.doesNotThrow(() => after.encode('stop'), 'a word that is a control token stays text');
  });
}

test('of two chat templates both go along, as a folder and as a file: one for all dialogues, and one for those with tools', async (t) => {
  const files: TokenizerFiles = { ...read(words), chatTemplate: '{# tools #}', otherTemplate: '{# all #}' };
  const described = ({ chatTemplate, otherTemplate }: TokenizerFiles): unknown[] => [chatTemplate, otherTemplate];
  assert.deepEqual(described((await exportOf(t, files)).back), ['{# tools #}', '{# all #}']);
  const metadata = describeTokenizer(files, words.tokens.length, 'x');
  assert.deepEqual([...metadata].filter(([key]) => key.startsWith('tokenizer.chat_template')), [
    ['tokenizer.chat_template', { text: '{# all #}' }], ['tokenizer.chat_templates', { texts: ['tool_use'] }], ['tokenizer.chat_template.tool_use', { text: '{# tools #}' }],
  ]);
});

test('SentencePiece: what is decoded has spaces and letters again, and no space in front that nobody wrote', async (t) => {
  const decoders = async (values: Values): Promise<string[]> => (await exportOf(t, read(values))).json.decoder.decoders!.map(({ type }) => type);
  assert.deepEqual(await decoders(pieces), ['Replace', 'ByteFallback', 'Fuse', 'Strip']);
  assert.deepEqual(await decoders({ ...pieces, add_space_prefix: false }), ['Replace', 'ByteFallback', 'Fuse']);
});
