/** A run of an earlier version, which made other tokens of the same dialogues: measured with a word about it, and not resumed. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { bundledPolicy } from '../../src/run/package-root.ts';
import { folderWith, program } from './program.ts';

const template = "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";
const afterAll: (() => void)[] = [];
const folder = folderWith({ after: (action) => void afterAll.push(action as () => void) }, {
  'a.steptool.json': JSON.stringify({
    policy: { checkpoint: 'model', dialogue: 'chat-template' }, warmStart: { mode: 'always', steps: 2, batchTokens: 512 }, algorithm: { iterations: 1 }, rollout: { tasksPerIteration: 2, samplesPerTask: 2, maxTurns: 2, maxTokensPerTurn: 8 },
    evaluation: { splits: ['entities'], tasksPerSplit: 1, every: 0 }, engine: { name: 'onnx:cpu', threads: 1 },
  }),
});
process.on('exit', () => afterAll.forEach((action) => action()));
cpSync(bundledPolicy(), join(folder, 'model'), { recursive: true });
// sequences begin with a token that its template does not write
writeFileSync(join(folder, 'model', 'tokenizer_config.json'), JSON.stringify({ eos_token: '<|end|>', bos_token: '<|tool|>', add_bos_token: true }));
writeFileSync(join(folder, 'model', 'chat_template.jinja'), template);
let run: string;
before(async () => {
  const { code, err } = await program(['train', 'a.steptool.json', '--no-report'], { cwd: folder });
  assert.equal(code, 0, err);
  run = join(folder, 'runs', 'a', readdirSync(join(folder, 'runs', 'a'))[0]);
});

const saying = /was trained by an earlier version, on other tokens of the same dialogues\. Now: no token that begins sequences before a chat template that writes none\./;
const measure = (...words: string[]) => program(['evaluate', run, ...words, '--tasks', '1', '--split', 'entities']);

test('a run of this version is measured without a word, in another dialogue format too', async () => {
  for (const words of [[], ['--set', 'policy.dialogue=react']]) {
    const { code, err } = await measure(...words);
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, saying);
  }
});

test('one of an earlier version is measured and exported, and what is otherwise is told; it is not resumed', async () => {
  for (const iteration of readdirSync(join(run, 'checkpoints'))) {
    const path = join(run, 'checkpoints', iteration, 'state.json');
    const state = JSON.parse(readFileSync(path, 'utf8')) as { state: Record<string, unknown> };
    assert.equal((state.state.changes as string[]).length, 1);
    delete state.state.changes;
    writeFileSync(path, JSON.stringify(state));
  }
  for (const made of [await measure(), await program(['export', run, '--as', 'safetensors', '--out', join(folder, 'out')])]) {
    assert.equal(made.code, 0, made.err);
    assert.match(made.err, saying);
  }
  const json = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as object;
  writeFileSync(join(run, 'run.json'), JSON.stringify({ ...json, status: 'stopped' }));
  const { code, err } = await program(['resume', run]);
  assert.notEqual(code, 0);
  assert.match(err, /was trained by an earlier version, and would go on otherwise than it began\. Now: no token that begins .* it can be measured and exported/);
});

test('a run whose model was moved wants it back, or a link: its experiment is not to be corrected any more', async () => {
  const [model, elsewhere] = [join(folder, 'model'), join(folder, 'elsewhere')];
  renameSync(model, elsewhere);
  for (const made of [await measure(), await program(['resume', run]), await program(['export', run, '--as', 'safetensors', '--out', join(folder, 'none')])]) {
    assert.equal(made.code, 1);
    assert.ok(made.err.includes(`there is no model in ${model}. The run needs the model that it began with: put it back there, or make a link there to where it is now.`), made.err);
    assert.doesNotMatch(made.err, /correct the path|null begins/);
  }
  symlinkSync(elsewhere, model, 'junction');
  assert.equal((await measure()).code, 0);
});
