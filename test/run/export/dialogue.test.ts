// What an export says of dialogues: what ends a turn in the format that the policy was trained in, and whether its chat template is of that format.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { lookBeside } from '../../../src/cli/named-files.ts';
import { validateExperiment } from '../../../src/config/validate.ts';
import { promptIds } from '../../../src/policy/format.ts';
import { exportPolicy, type Format, type Written } from '../../../src/run/export/export.ts';
import { openGguf } from '../../../src/run/gguf-file.ts';
import { openCheckpoint } from '../../../src/run/open-checkpoint.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { openSetup, type Setup } from '../../../src/run/training/setup.ts';

const template = "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

/** Exports what an experiment would start from. */
async function exported(t: TestContext, policy: object, files: Readonly<Record<string, string>> = {}, as: Format = 'safetensors'): Promise<Written & { setup: Setup; file: (name: string) => Record<string, unknown> }> {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-dialogue-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(bundledPolicy(), join(folder, 'model'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const experiment = join(folder, 'a.steptool.json');
  const checked = validateExperiment(JSON.stringify({ policy }), { lookUp: lookBeside(experiment) });
  const setup = await openSetup(checked.experiment!, experiment);
  t.after(() => setup.programs.dispose());
  const written = await exportPolicy(setup, { as, type: 'f32', out: join(folder, 'out'), replace: false, name: 'x' });
  return { ...written, setup, file: (name) => JSON.parse(readFileSync(join(written.path, name), 'utf8')) as Record<string, unknown> };
}

test('the bundled policy names the token that ends its turns, so that other programs stop there; read again it is what it was', async (t) => {
  const { path, otherFormat, setup, file } = await exported(t, { checkpoint: 'bundled' });
  const end = setup.tokenizer.end;
  assert.deepEqual([file('config.json').eos_token_id, file('generation_config.json').eos_token_id, file('tokenizer_config.json').eos_token], [end, end, '<|end|>']);
  assert.equal(otherFormat, undefined, 'it has no chat template');
  const back = (await openCheckpoint(path)).tokenizer({ dialogue: 'auto' });
  assert.deepEqual([back.dialogue.name, back.end, back.ends], ['steptool', end, setup.tokenizer.ends]);
  const task = setup.world.task('train', 0);
  assert.deepEqual(promptIds(back, task), promptIds(setup.tokenizer, task));
});

const spoken = { 'model/tokenizer_config.json': '{"eos_token": "<|end|>"}', 'model/chat_template.jinja': template, 'mine.jinja': template };

test('a policy that was trained in another format than the model\'s template says so: the template goes along', async (t) => {
  const { otherFormat, path } = await exported(t, { checkpoint: 'model', dialogue: 'toolllama' }, spoken);
  assert.equal(otherFormat, 'toolllama');
  assert.equal(readFileSync(join(path, 'chat_template.jinja'), 'utf8'), template);
});

test('one that was trained in the template that goes along, its own or the experiment\'s, says nothing', async (t) => {
  assert.equal((await exported(t, { checkpoint: 'model', dialogue: 'chat-template' }, spoken)).otherFormat, undefined);
  assert.equal((await exported(t, { checkpoint: 'model', template: 'mine.jinja' }, spoken)).otherFormat, undefined);
});

test('what ends a turn where the policy was trained is among what generation_config.json says, beside what the model had there', async (t) => {
  const files = { ...spoken, 'model/tokenizer_config.json': '{"eos_token": "<|tool|>"}', 'model/generation_config.json': '{"eos_token_id": 4, "temperature": 0.7}' };
  const { file } = await exported(t, { checkpoint: 'model', dialogue: 'steptool' }, files);
  assert.deepEqual(file('generation_config.json'), { eos_token_id: [4, 0], temperature: 0.7 });
  assert.deepEqual(file('config.json').eos_token_id, [4, 0]);
});

test('llama.cpp is to put bos before chats where the policy was trained with it, and nowhere else', async (t) => {
  // the bundled tokenizer, cut as llama.cpp has a name for, with a token that begins sequences
  const json = JSON.parse(readFileSync(join(bundledPolicy(), 'tokenizer.json'), 'utf8')) as { readonly added_tokens: readonly { readonly content: string }[] };
  const bos = json.added_tokens[4].content; // which no dialogue begins with
  const files = (chat: string): Readonly<Record<string, string>> => ({
    'model/tokenizer.json': JSON.stringify({ ...json, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true } }),
    'model/tokenizer_config.json': JSON.stringify({ eos_token: '<|end|>', bos_token: bos, add_bos_token: true }), 'model/chat_template.jinja': chat,
  });
  for (const [chat, dialogue, begins] of [[template, 'chat-template', false], [`{{ bos_token }}${template}`, 'chat-template', true], [template, 'react', true]] as const) {
    const { path } = await exported(t, { checkpoint: 'model', dialogue }, files(chat), 'gguf');
    assert.equal((await openGguf(path)).header.metadata.get('tokenizer.ggml.add_bos_token'), begins, `${dialogue}: ${chat}`);
  }
});
