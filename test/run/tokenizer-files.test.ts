// Which of a model's chat templates is taken: dialogues have tools, so that it is the one for tools, as transformers takes it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { GgufHeader, GgufValue } from '../../src/policy/gguf/header.ts';
import { ggufTokenizer, type TokenizerFiles } from '../../src/policy/gguf/tokenizer.ts';
import { readTokenizerFiles } from '../../src/run/tokenizer-files.ts';

const [inFile, forTools] = ['chat_template.jinja', join('additional_chat_templates', 'tool_use.jinja')];

/** @param files by their names in the folder; objects are written as JSON */
function filesIn(t: TestContext, files: Readonly<Record<string, string | object>>): TokenizerFiles {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-templates-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries({ 'tokenizer.json': { added_tokens: [], model: { type: 'BPE', vocab: {}, merges: [] } }, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return readTokenizerFiles(join(folder, 'tokenizer.json'), folder);
}
const templateIn = (...given: Parameters<typeof filesIn>): string | undefined => filesIn(...given).chatTemplate;
const config = (template: unknown) => ({ 'tokenizer_config.json': { chat_template: template } });
const named = (...names: string[]): object[] => names.map((name) => ({ name, template: `{# ${name} #}` }));

test('of several in tokenizer_config.json, tool_use, wherever it stands; else default', (t) => {
  assert.equal(templateIn(t, {}), undefined);
  assert.equal(templateIn(t, config('alone')), 'alone');
  assert.equal(templateIn(t, config(named('default', 'rag'))), '{# default #}');
  assert.equal(templateIn(t, config(named('default', 'tool_use', 'rag'))), '{# tool_use #}');
  assert.equal(templateIn(t, config(named('tool_use', 'default'))), '{# tool_use #}');
  assert.equal(templateIn(t, config(named('rag'))), undefined);
  assert.equal(templateIn(t, config([null, 3, { name: 'tool_use' }])), undefined);
});

test('files take the place of what tokenizer_config.json says, and the one for tools that of the other', (t) => {
  const several = config(named('default', 'tool_use'));
  assert.equal(templateIn(t, { ...several, [inFile]: 'file' }), 'file');
  assert.equal(templateIn(t, { ...several, [inFile]: 'file', [forTools]: 'tools' }), 'tools');
  assert.equal(templateIn(t, { ...config('alone'), [forTools]: 'tools' }), 'tools');
  assert.equal(templateIn(t, { [inFile]: 'file', [join('additional_chat_templates', 'rag.jinja')]: 'rag' }), 'file');
});

test('of a GGUF file, too', () => {
  const header = (templates: Readonly<Record<string, GgufValue>>): GgufHeader => ({
    tensors: new Map(),
    metadata: new Map<string, GgufValue>(Object.entries({ 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.pre': 'gpt-2', 'tokenizer.ggml.tokens': ['a'], 'tokenizer.ggml.merges': [], ...templates })),
  });
  const both = { 'tokenizer.chat_template': 'default', 'tokenizer.chat_template.tool_use': 'tools' };
  const of = (templates: Readonly<Record<string, GgufValue>>): unknown[] => {
    const { chatTemplate, otherTemplate } = ggufTokenizer(header(templates), 'x');
    return [chatTemplate, otherTemplate];
  };
  assert.deepEqual(of(both), ['tools', 'default']);
  assert.deepEqual(of({ 'tokenizer.chat_template': 'default' }), ['default', undefined]);
  assert.deepEqual(of({ ...both, 'tokenizer.chat_template.tool_use': 3 }), ['default', undefined]);
});

test('beside the one for tools, the one for all dialogues is kept', (t) => {
  const both = (files: Parameters<typeof filesIn>[1]): unknown[] => {
    const { chatTemplate, otherTemplate } = filesIn(t, files);
    return [chatTemplate, otherTemplate];
  };
  const several = config(named('default', 'tool_use'));
  assert.deepEqual(both(several), ['{# tool_use #}', '{# default #}']);
  assert.deepEqual(both({ ...several, [forTools]: 'tools' }), ['tools', '{# default #}']);
  assert.deepEqual(both({ ...several, [inFile]: 'file', [forTools]: 'tools' }), ['tools', 'file']);
  assert.deepEqual(both({ ...config('alone'), [forTools]: 'tools' }), ['tools', 'alone']);
  for (const files of [config('alone'), config(named('default')), { ...several, [inFile]: 'file' }]) assert.equal(both(files)[1], undefined);
});
