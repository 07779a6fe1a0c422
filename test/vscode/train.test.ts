/** Training from the editor, to its end: the run is on the disk, the window says how it goes, the host stays light. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Editor } from './editor.ts';
import { hook, scenario } from './scenario.ts';
import { quickstart, tiny } from './experiments.ts';
import { enginesIn } from './observe.ts';
import { until } from './until.ts';
import { metricsOf, runsOf, runWith, workspace } from './workspace.ts';

let editor: Editor;
before(async () => { editor = await Editor.start(); }, hook);
after(() => editor?.stop(), hook);

scenario('the quickstart trains for two iterations from the lens, in a process of its own; the status bar says how far it is, then the lens how it went', async (t) => {
  const folder = workspace(t, { 'quickstart.steptool.json': quickstart() });
  const window = await editor.open(folder, t);
  await window.open('quickstart.steptool.json');
  await window.lens('Train');
  await window.status.filter({ hasText: /StepTool [012]\/2/ }).waitFor();
  await window.shot('training');

  const { folder: run } = await runWith(folder, 'quickstart', 'finished');
  assert.deepEqual([...new Set(metricsOf(run).map(({ iteration }) => iteration))], [0, 1, 2]);
  assert.equal(readFileSync(join(run, 'experiment.steptool.json'), 'utf8'), quickstart(), 'the file as it was, byte for byte');
  await window.notification('Training finished.');
  await window.status.waitFor({ state: 'detached' });
  await window.page.locator('.codelens-decoration a').filter({ hasText: /last run: \d/ }).first().waitFor();
  await window.shot('trained');
  assert.deepEqual(await enginesIn(window), []);
});

scenario('what is typed but not saved is saved first, and trained', async (t) => {
  const folder = workspace(t, { 'a.steptool.json': tiny(3) });
  const window = await editor.open(folder, t);
  await window.open('a.steptool.json');
  await window.run(async (vscode) => {
    const { document } = vscode.window.activeTextEditor!;
    const at = document.getText().indexOf('"iterations": 3') + '"iterations": '.length;
    await vscode.window.activeTextEditor!.edit((edit) => edit.replace(new vscode.Range(document.positionAt(at), document.positionAt(at + 1)), '1'));
  });
  await window.palette('StepTool: Train');
  const { folder: run } = await runWith(folder, 'a', 'finished');
  assert.match(readFileSync(join(run, 'experiment.steptool.json'), 'utf8'), /"iterations": 1 /);
});

scenario('a file that cannot be trained is refused with its reason, and leaves no run', async (t) => {
  const folder = workspace(t, { 'bad.steptool.json': '{ "credit": { "gama": 1 } }' });
  const window = await editor.open(folder, t);
  await window.open('bad.steptool.json');
  await window.palette('StepTool: Train');
  await window.notification(/Training failed: the experiment has errors\. .*There is no "gama" in "credit"/);
  await window.shot('refused');
  // the view shows as many of its lines as fit: what it holds is in its document
  const show = (await window.notification(/Training failed/)).getByRole('button', { name: 'Show Log', exact: true }).first();
  const log = async (): Promise<string> => {
    if (await show.isVisible()) await show.click({ timeout: 2000 }).catch(() => {}); // notifications move while others come and go
    return window.run((vscode) => vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'output').map((each) => each.getText()).join('\n'));
  };
  await until('the log to say what is wrong', log, (text) => text.includes('gama'));
  assert.deepEqual(runsOf(folder, 'bad'), []);
});

scenario('Train without an experiment in front says what to do', async (t) => {
  const window = await editor.open(workspace(t, { 'notes.txt': '', 'a.steptool.json': tiny() }), t);
  await window.open('a.steptool.json'); // so that the commands are there
  await window.open('notes.txt');
  await window.palette('StepTool: Train');
  await window.notification('Open an experiment file (*.steptool.json) first, then try again.');
});

scenario('the report of a run is written beside it on request', async (t) => {
  const folder = workspace(t, { 'a.steptool.json': tiny(1) });
  const window = await editor.open(folder, t);
  await window.open('a.steptool.json');
  await window.palette('StepTool: Train');
  const { folder: run } = await runWith(folder, 'a', 'finished');
  await window.palette('StepTool: Open Report');
  await window.pick(/a.*finished/);
  await window.shot('report');
  await until('the report', () => existsSync(join(run, 'report.html')), (is) => is);
  await window.shot('report-2');
});
