// `steptool export` as people run it.
import assert from 'node:assert/strict';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundledPolicy } from '../../src/run/package-root.ts';
import { folderWith, program } from './program.ts';

test('who trained in another dialogue format than the chat template that goes along is told', async (t) => {
  const cwd = folderWith(t, { 'a.steptool.json': JSON.stringify({ policy: { checkpoint: 'model', dialogue: 'react' } }) });
  cpSync(bundledPolicy(), join(cwd, 'model'), { recursive: true });
  writeFileSync(join(cwd, 'model', 'tokenizer_config.json'), '{"eos_token": "<|end|>", "chat_template": "{{ messages }}"}');
  const { code, out, err } = await program(['export', 'a.steptool.json', '--as', 'safetensors', '--out', 'out'], { cwd });
  assert.equal(code, 0, err);
  assert.match(out, /^out\n$/);
  assert.match(err, /Its chat template is the model's own, and the policy was trained in the dialogue format "react": prompt it in that format, or train with "dialogue": "chat-template"\./);
  const { out: json } = await program(['export', 'a.steptool.json', '--as', 'safetensors', '--out', 'out', '--force', '--json'], { cwd });
  assert.equal((JSON.parse(json) as { otherFormat: string }).otherFormat, 'react');
});

test('writing is announced when it begins, and not before a refusal', async (t) => {
  const cwd = folderWith(t, { 'a.steptool.json': '{"seed": 1}', file: '' });
  for (const [args, why] of [
    [['--as', 'safetensors', '--out', 'file'], /^steptool export: file is there already\./],
    [['--as', 'peft', '--out', 'out'], /^steptool export: This policy has no adapter/],
    [['--as', 'gguf', '--out', 'file/a.gguf'], /^steptool export: file\/a\.gguf could not be written: a file stands where a folder is needed/],
  ] as const) {
    const { code, err } = await program(['export', 'a.steptool.json', ...args], { cwd });
    assert.equal(code, 1);
    assert.match(err, why);
  }
  const { code, err } = await program(['export', 'a.steptool.json', '--as', 'safetensors', '--out', 'out'], { cwd });
  assert.equal(code, 0, err);
  assert.equal(err.match(/^Writing weights of .*…$/gm)?.length, 1);
  assert.ok(existsSync(join(cwd, 'out', 'value_head')), 'which is written too, unannounced');
});

test('where a warm start is still to come, the weights before it are named for what they are', async (t) => {
  const experiment = (policy: object): string => JSON.stringify({ policy: { width: 128, ...policy }, warmStart: { mode: 'always' } });
  const cwd = folderWith(t, { 'model.steptool.json': experiment({ checkpoint: 'model' }), 'none.steptool.json': experiment({ checkpoint: null }) });
  cpSync(bundledPolicy(), join(cwd, 'model'), { recursive: true });
  const said = async (name: string): Promise<string> => (await program(['export', `${name}.steptool.json`, '--as', 'safetensors', '--out', name.concat('-out')], { cwd })).err.split('\n').find((each) => each.includes('before the warm start')) ?? '';
  assert.match(await said('model'), /^This experiment begins with a warm start\. This is its policy before the warm start: weights of .*model\.$/);
  assert.equal(await said('none'), 'This experiment has no checkpoint to start from, so this is its policy before the warm start: random weights.');
});
