/** What a path with nothing there was meant to be. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nearPath } from '../../src/cli/near-path.ts';
import { folderWith, program } from './program.ts';

function models(t: Parameters<typeof folderWith>[0], files: Readonly<Record<string, string>> = {}): string {
  const folder = folderWith(t, files);
  mkdirSync(join(folder, 'models', 'SmolLM2-135M'), { recursive: true });
  for (const name of ['SmolLM2-135M-Instruct-Q4_1.gguf', 'README.md', 'tokenizer.json']) writeFileSync(join(folder, 'models', name), '');
  return folder;
}

test('the nearest name that is there, folder by folder, and of the same kind', (t) => {
  const folder = models(t);
  assert.equal(nearPath('models/SmolLM2-135M-Instruct-Q4_0.gguf', folder), 'models/SmolLM2-135M-Instruct-Q4_1.gguf');
  assert.equal(nearPath('modles/smollm2_135m', folder), 'models/SmolLM2-135M');
  assert.equal(nearPath(join(folder, 'models', 'tokeniser.json'), '/'), join(folder, 'models', 'tokenizer.json').replaceAll('\\', '/'));
  assert.equal(nearPath('models/SmolLM2-135M.gguf', join(folder, 'models')), undefined);
  assert.equal(nearPath('models/README.jinja', folder), undefined, 'of another kind');
  assert.equal(nearPath('HuggingFaceTB/SmolLM2-135M', folder), undefined);
});

test('a misspelt model is asked after, a name of the hub is told as one, and neither is replaced by another model', async (t) => {
  const experiment = (checkpoint: string): string => JSON.stringify({ policy: { checkpoint } });
  const folder = models(t, {
    'near.steptool.json': experiment('models/SmolLM2-135M-Instruct-Q4_0.gguf'), 'hub.steptool.json': experiment('HuggingFaceTB/SmolLM2-135M-Instruct'), 'none.steptool.json': experiment('models/zephyr'),
  });
  const said = async (name: string): Promise<string> => (await program(['validate', `${name}.steptool.json`], { cwd: folder })).out;
  assert.match(await said('near'), /There is no "models\/SmolLM2-135M-Instruct-Q4_0\.gguf", seen from the folder of this file\. Did you mean "models\/SmolLM2-135M-Instruct-Q4_1\.gguf"\?[^]*fix: Set "policy\.checkpoint" to "models\/SmolLM2-135M-Instruct-Q4_1\.gguf"/);
  assert.match(await said('hub'), /Nothing is fetched from the Hugging Face hub: download it, and name its folder\./);
  assert.match(await said('none'), /There is no "models\/zephyr", seen from the folder of this file\. Name a folder with/);
  for (const name of ['hub', 'none']) assert.doesNotMatch(await said(name), /fix:/);
});
