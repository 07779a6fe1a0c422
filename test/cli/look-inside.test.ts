// `steptool validate` looks into the models that an experiment names.
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSafetensors } from '../../src/run/folder/safetensors-read.ts';
import { fileSource } from '../../src/run/folder/source.ts';
import { tinyGguf } from '../policy/tiny-gguf.ts';
import { tablePath } from '../rollout/recorded/tables.ts';
import { program } from './program.ts';

const bundled = fileURLToPath(new URL('../../media/policy', import.meta.url));

test('a model that training would refuse is no valid experiment: where it is named, with what is wrong inside', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-inside-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const validate = async (checkpoint: string): Promise<string> => {
    writeFileSync(join(folder, 'a.steptool.json'), `{\n  "policy": { "checkpoint": "${checkpoint}" }\n}\n`);
    const { code, out } = await program(['validate', 'a.steptool.json', '--json'], { cwd: folder });
    const [{ valid, diagnostics }] = (JSON.parse(out) as { files: { valid: boolean; diagnostics: { path: string; line: number; message: string }[] }[] }).files;
    assert.equal(code, valid ? 0 : 2, out);
    return valid ? 'valid' : diagnostics.map(({ path, line, message }) => `${path} ${line} ${message}`).join('\n').replaceAll(`${folder}/`, '');
  };
  const copy = (name: string): string => {
    cpSync(bundled, join(folder, name), { recursive: true });
    return join(folder, name);
  };
  copy('whole');
  assert.equal(await validate('whole'), 'valid');

  const wide = join(copy('wide'), 'config.json');
  writeFileSync(wide, JSON.stringify({ ...JSON.parse(readFileSync(wide, 'utf8')) as object, vocab_size: 1025 }));
  assert.match(await validate('wide'), /^policy\.checkpoint 2 "wide" cannot be used: wide\/model\.safetensors: 'model\.embed_tokens\.weight' is float32\[1024,128\]; the config asks for float32\[1025,128\]\.$/);

  const torn = join(copy('torn'), 'model.safetensors');
  truncateSync(torn, 100);
  assert.match(await validate('torn'), /^policy\.checkpoint 2 "torn" cannot be used: torn\/model\.safetensors is no valid safetensors file/);

  const shards = copy('shards');
  const names = [...(await openSafetensors(fileSource(join(shards, 'model.safetensors')))).tensors.keys()];
  renameSync(join(shards, 'model.safetensors'), join(shards, 'model-00001-of-00002.safetensors'));
  writeFileSync(join(shards, 'model.safetensors.index.json'), JSON.stringify({ weight_map: Object.fromEntries(names.map((name) => [name, `model-0000${name === 'model.norm.weight' ? 2 : 1}-of-00002.safetensors`])) }));
  assert.match(await validate('shards'), /^policy\.checkpoint 2 "shards" cannot be used: .*the shard model-00002-of-00002\.safetensors, with tensor 'model\.norm\.weight', is missing/);

  writeFileSync(join(folder, 'torn.gguf'), tinyGguf().bytes.subarray(0, 200));
  assert.match(await validate('torn.gguf'), /^policy\.checkpoint 2 "torn\.gguf" cannot be used: torn\.gguf is no valid GGUF file: .* Download it again\./);
});

test('a tokenizer that does not go with the model is marked itself', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-inside-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(bundled, join(folder, 'model'), { recursive: true });
  const json = JSON.parse(readFileSync(join(bundled, 'tokenizer.json'), 'utf8')) as { added_tokens: object[] };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...json, added_tokens: [{ ...json.added_tokens[0], id: 1024 }, ...json.added_tokens.slice(1)] }));
  writeFileSync(join(folder, 'a.steptool.json'), '{\n  "policy": {\n    "checkpoint": "model",\n    "tokenizer": "tokenizer.json" }\n}\n');
  const { out } = await program(['validate', 'a.steptool.json'], { cwd: folder });
  assert.match(out, /a\.steptool\.json:4:18 error missing-file: "tokenizer\.json" cannot be used: .*tokenizer\.json: the token <\|end\|> has the id 1024, and the model's embedding has 1024 rows\. Name the tokenizer/);
});

test('prompts that leave no room for a turn are told before there is a run, in every command alike', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-inside-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.steptool.json'), '{\n  "rollout": { "maxTokens": 64, "maxTokensPerTurn": 40 }\n}\n');
  for (const command of ['validate', 'train', 'rollout', 'evaluate', 'doctor']) {
    const { code, out, err } = await program([command, 'a.steptool.json'], { cwd: folder });
    assert.match(out + err, /a\.steptool\.json:2:29 error no-room: A prompt of this world has \d+ tokens; with a turn of 40 \("rollout\.maxTokensPerTurn"\) it does not fit into 64 \("rollout\.maxTokens"\)\. Raise that to \d+ or more/, command);
    assert.deepEqual([code, existsSync(join(folder, 'runs'))], [2, false], command);
  }
});

test('that holds for the first hundred and more that are measured, and that a run trains on', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-inside-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const validate = async (seed: number, iterations: number, tasksPerSplit: number): Promise<string> => {
    writeFileSync(join(folder, 'a.steptool.json'), JSON.stringify({ world: { seed }, algorithm: { iterations }, rollout: { maxTokens: 180 }, evaluation: { splits: ['phrasings'], tasksPerSplit } }));
    return (await program(['validate', 'a.steptool.json'], { cwd: folder })).out;
  };
  assert.doesNotMatch(await validate(2, 0, 8), /no-room/);
  assert.match(await validate(2, 0, 100), /error no-room/, 'a task that is measured, behind the first');
  assert.doesNotMatch(await validate(5, 0, 8), /no-room/);
  assert.match(await validate(5, 30, 8), /error no-room: A prompt of this world has 117 tokens; .* Raise that to 181 or more/, 'a task of training');
});

test('so are those that a run on recorded trajectories is measured with', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-inside-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'r.csv'), 'prompt\tresponse\treward\n["System:\\nx\\nUser:\\ny\\nAssistant:\\n"]\t[\'Action: a\']\t[1]\n');
  const validate = async (maxTokens: number): Promise<string> => {
    writeFileSync(join(folder, 'a.steptool.json'), JSON.stringify({ rollout: { maxTokens, maxTokensPerTurn: 40, recorded: { file: 'r.csv' } } }));
    return (await program(['validate', 'a.steptool.json'], { cwd: folder })).out;
  };
  assert.match(await validate(64), /error no-room: A prompt of this world has/);
  assert.doesNotMatch(await validate(400), /no-room/);
});

test('recorded trajectories that the tokenizer cannot write are told where they are named', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-inside-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(tablePath('llama3-1'), join(folder, 'r.csv'));
  writeFileSync(join(folder, 'a.steptool.json'), '{\n  "rollout": { "recorded": { "file": "r.csv" } }\n}\n');
  const validate = async (): Promise<string> => (await program(['validate', 'a.steptool.json'], { cwd: folder })).out;
  assert.match(await validate(), /a\.steptool\.json:2:38 error missing-file: "r\.csv" cannot be used: the policy's tokenizer cannot write its trajectories \(.*tokenizer\.json has no token <\|[a-z_]+\|>.*\)\. Train a model that was made for this file's format/);
  copyFileSync(tablePath('toolllama'), join(folder, 'r.csv'));
  assert.doesNotMatch(await validate(), /cannot be used/, 'a format without control tokens any tokenizer can write');
});

test('fewer recorded trajectories than a batch, where none but full ones are dealt, are told before a run', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-inside-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(tablePath('toolllama'), join(folder, 'r.csv'));
  const validate = async (rows: number, lastBatch: string): Promise<string> => {
    writeFileSync(join(folder, 'a.steptool.json'), JSON.stringify({ rollout: { tasksPerIteration: rows, samplesPerTask: 1, recorded: { file: 'r.csv', lastBatch } } }));
    return (await program(['validate', 'a.steptool.json'], { cwd: folder })).out;
  };
  assert.match(await validate(6, 'drop'), /error missing-file: "r\.csv" cannot be used: it has 5 trajectories, fewer than a batch of 6 \("rollout\.tasksPerIteration" × "rollout\.samplesPerTask"\), and "lastBatch" is "drop"\. Lower these, or keep the last batch\.$/m);
  assert.doesNotMatch(await validate(5, 'drop'), /cannot be used/);
  assert.doesNotMatch(await validate(6, 'keep'), /cannot be used/);
});

test('a template that cannot be used is told where it is named; a model that is gone, as that', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-inside-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(bundled, join(folder, 'model'), { recursive: true });
  writeFileSync(join(folder, 'a.jinja'), "{{ raise_exception('roles must alternate') }}");
  writeFileSync(join(folder, 'a.steptool.json'), '{\n  "policy": {\n    "checkpoint": "model", "dialogue": "chat-template",\n    "template": "a.jinja" }\n}\n');
  writeFileSync(join(folder, 'model', 'tokenizer_config.json'), '{ "eos_token": "<|end|>" }');
  const { out } = await program(['validate', 'a.steptool.json'], { cwd: folder });
  assert.match(out, /a\.steptool\.json:4:17 error missing-file: "a\.jinja" could not be used \(roles must alternate\)\. Correct it, or set policy\.template to null\.$/m);
  assert.doesNotMatch(out, /fix:/, 'nobody is advised to give up a model for its template');
  rmSync(join(folder, 'model'), { recursive: true });
  assert.match((await program(['rollout', 'a.steptool.json'], { cwd: folder })).err, /There is no "model", seen from the folder of this file\./);
});

test('a dialogue is shown whole, with its control tokens', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-raw-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.steptool.json'), '{}');
  const { out } = await program(['rollout', 'a.steptool.json', '--tasks', '1', '--raw'], { cwd: folder });
  assert.match(out, /^ {2}Whole: <\|system\|> [^]*<\|user\|>[^]*<\|assistant\|>Thought: [^]*<\|end\|><\|tool\|>\{"error"/m);
});
