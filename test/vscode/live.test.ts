/** A run that a terminal trains is shown as it grows: views read the folder, and nobody needs to tell them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Editor, installed } from './editor.ts';
import { endless } from './experiments.ts';
import { hook, scenario } from './scenario.ts';
import { until } from './until.ts';
import type { Window } from './window.ts';
import { runWith, workspace } from './workspace.ts';

let editor: Editor;
let window: Window;
const folder = workspace({ after }, { 'a.steptool.json': endless });
before(async () => {
  editor = await Editor.start();
  window = await editor.open(folder);
}, hook);
after(() => editor?.stop(), hook);

/** The iteration that a text tells of. */
const iterationIn = (text: string): number => Number(/(\d+)/.exec(text)?.[1] ?? NaN);

scenario('a run that a terminal starts appears in the tree, its curves grow, and its end shows', async (t) => {
  await window.sidebar();
  await window.entries('a.steptool.json').filter({ hasText: 'no runs' }).waitFor();
  const { PATH } = process.env;
  const trainer = spawn(process.env['STEPTOOL_TEST_NODE']!, [join(installed(), 'dist', 'cli.mjs'), 'train', join(folder, 'a.steptool.json')], { cwd: folder, stdio: 'ignore', env: { PATH } });
  t.after(() => void trainer.kill('SIGKILL'));

  await window.entries('a.steptool.json').filter({ hasText: '1 run' }).waitFor();
  await window.expand('a.steptool.json');
  await window.entries('running').first().click();
  await window.entries('running').first().getByRole('button', { name: 'Show Curves' }).click();
  const page = await window.inside('.curve canvas[aria-label]');
  const progress = (): Promise<number> => page.locator('.runs .progress').first().innerText().then(iterationIn);
  const before = await until('an iteration', progress, (iteration) => iteration >= 1);
  await until('a later iteration', progress, (iteration) => iteration >= before + 2);
  await window.shot('live');

  trainer.kill('SIGINT');
  await runWith(folder, 'a', 'stopped');
  await page.locator('.runs .status', { hasText: 'stopped' }).waitFor();
  await window.entries('stopped').first().waitFor();
  assert.equal(await window.entries('running').count(), 0);
});

scenario('an experiment that is written by another program appears, and is gone when it is removed', async () => {
  await window.run(async (vscode, path) => vscode.workspace.fs.writeFile(vscode.Uri.file(path), new TextEncoder().encode('{}')), join(folder, 'b.steptool.json'));
  await window.entries('b.steptool.json').waitFor();
  await window.run(async (vscode, path) => vscode.workspace.fs.delete(vscode.Uri.file(path)), join(folder, 'b.steptool.json'));
  await window.entries('b.steptool.json').waitFor({ state: 'detached' });
});
