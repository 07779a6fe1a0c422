import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { registerExport } from '../../src/editor/export-checkpoint.ts';
import { commands } from '../../src/editor/ids.ts';
import { createRunStore } from '../../src/editor/runs/workspace-store.ts';
import { Trainings } from '../../src/editor/trainer-list.ts';
import { runPath } from '../../src/run/folder/paths.ts';
import { temporaryFolder } from '../run/folder-help.ts';
import { settled, text, Uri } from './fake-parts.ts';
import { Editor } from './fake.ts';

/** An editor, and a folder with checkpoints, which the command line is to read. */
function open(t: TestContext, iterations: readonly number[]): { editor: Editor; folder: string; seen: () => string } {
  const editor = new Editor();
  const folder = join(temporaryFolder(t), 'mine', '1');
  mkdirSync(folder, { recursive: true });
  for (const iteration of iterations) mkdirSync(runPath.checkpoint(folder, iteration), { recursive: true });
  registerExport(editor.host, createRunStore(editor.host), new Trainings());
  editor.seen();
  return { editor, folder, seen: () => editor.seen().replaceAll(dirname(dirname(folder)), '/runs') };
}

/** Checkpoints are looked for on the disk first: that takes its time. */
async function begun(editor: Editor, children: number): Promise<void> {
  while (editor.children.length < children) await settled();
}

test('a checkpoint is chosen, a format and a place; the command line writes it', async (t) => {
  const { editor, folder, seen } = open(t, [0, 5, 10]);
  editor.answers.push('Iteration 5', 'GGUF file', 'Reveal in File Explorer');
  editor.saveAs.push('/work space/mine.gguf');
  const exporting = editor.run(commands.exportCheckpoint, Uri.file(folder));
  await begun(editor, 1);
  await editor.children[0].end(0, { out: '/work space/mine.gguf\n' });
  await exporting;
  assert.equal(seen(), text`
    pick: Which checkpoint?
      Iteration 10 (newest)
      → Iteration 5
      Iteration 0
    pick: For which program?
      Hugging Face folder (transformers, vLLM; 32 bits)
      Hugging Face folder, half as large (transformers, vLLM; bfloat16)
      → GGUF file (llama.cpp; 16 bits)
      GGUF file, half as large (llama.cpp; 8 bits)
      Adapter (PEFT; of a run that trained one)
    save: /work space/mine-5.gguf as GGUF → /work space/mine.gguf
    forks /extension/dist/cli.mjs export /runs/mine/1 --checkpoint 5 --as gguf --type f16 --out /work space/mine.gguf --force --json in /runs/mine, {"execArgv":[],"stdio":["ignore","pipe","pipe","ipc"]}
    log info: steptool export /runs/mine/1 --checkpoint 5 --as gguf --type f16 --out /work space/mine.gguf --force --json
    progress in steptool.experiments: Exporting mine-5.gguf
    log info: /work space/mine.gguf
    progress: gone
    info: Exported to /work space/mine.gguf [Reveal in File Explorer] → Reveal in File Explorer
    runs revealFileInOS file:///work space/mine.gguf
  `);
});

test('the only checkpoint is taken without a question; what fails says why, what is stopped says nothing', async (t) => {
  const { editor, folder } = open(t, [3]);
  editor.answers.push('Adapter');
  editor.saveAs.push('/work space/adapter');
  const exporting = editor.run(commands.exportCheckpoint, Uri.file(folder));
  await begun(editor, 1);
  await editor.children[0].end(1, { err: 'steptool: This policy has no adapter: all its weights were trained.\n' });
  await exporting;
  const words = editor.seen();
  assert.ok(!words.includes('Which checkpoint?'));
  assert.match(words, /save: \/work space\/mine-3 as a folder → \/work space\/adapter/);
  assert.match(words, /error: Nothing was exported: .*This policy has no adapter/);
  editor.answers.push('Hugging Face folder');
  editor.saveAs.push('/work space/x');
  const second = editor.run(commands.exportCheckpoint, Uri.file(folder));
  await begun(editor, 2);
  await editor.children[1].end(130);
  await second;
  assert.doesNotMatch(editor.seen(), /error|Exported/);
});

test('nothing runs without checkpoints, without trust, and when one changes one\'s mind', async (t) => {
  const { editor, folder } = open(t, []);
  await editor.run(commands.exportCheckpoint, Uri.file(folder));
  assert.match(editor.seen(), /error: This run has no checkpoint yet\./);
  mkdirSync(runPath.checkpoint(folder, 1), { recursive: true });
  editor.answers.push('Adapter');
  await editor.run(commands.exportCheckpoint, Uri.file(folder));
  editor.isTrusted = false;
  await editor.run(commands.exportCheckpoint, Uri.file(folder));
  assert.deepEqual(editor.children, []);
});

test('where the policy was trained in another dialogue format than its chat template has, that is said', async (t) => {
  const { editor, folder, seen } = open(t, [5]);
  editor.answers.push('Hugging Face folder');
  editor.saveAs.push('/work space/mine');
  const exporting = editor.run(commands.exportCheckpoint, Uri.file(folder));
  await begun(editor, 1);
  await editor.children[0].end(0, { out: '{\n  "path": "/work space/mine",\n  "otherFormat": "toolllama"\n}\n' });
  await exporting;
  assert.match(seen(), /info: Exported to \/work space\/mine\. Its chat template is the model\u2019s own, and the policy was trained in the dialogue format "toolllama": prompt it in that format\./);
});
