// `steptool export` as people run it.
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
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
