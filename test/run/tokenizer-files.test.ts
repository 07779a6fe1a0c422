// Which of a model's chat templates is taken: dialogues have tools, so that it is the one for tools, as transformers takes it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { GgufHeader, GgufValue } from '../../src/policy/gguf/header.ts';
import { ggufTokenizer } from '../../src/policy/gguf/tokenizer.ts';
import { readTokenizerFiles } from '../../src/run/tokenizer-files.ts';

const [inFile, forTools] = ['chat_template.jinja', join('additional_chat_templates', 'tool_use.jinja')];

/** @param files by their names in the folder; objects are written as JSON */
function templateIn(t: TestContext, files: Readonly<Record<string, string | object>>): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-templates-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries({ 'tokenizer.json': { added_tokens: [], model: { type: 'BPE', vocab: {}, merges: [] } }, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return readTokenizerFiles(join(folder, 'tokenizer.json'), folder).chatTemplate;
}
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
  assert.equal(ggufTokenizer(header(both), 'x').chatTemplate, 'tools');
  assert.equal(ggufTokenizer(header({ 'tokenizer.chat_template': 'default' }), 'x').chatTemplate, 'default');
});
