/** The packaged extension wakes when it is needed, fast, and brings no engine into the process that all extensions share. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Editor } from './editor.ts';
import { hook, scenario } from './scenario.ts';
import { tiny } from './experiments.ts';
import { enginesIn, isAwake, wake } from './observe.ts';
import { until } from './until.ts';
import { workspace } from './workspace.ts';

let editor: Editor;
before(async () => { editor = await Editor.start(); }, hook);
after(() => editor?.stop(), hook);

scenario('it sleeps until an experiment is opened; then its commands are there, and it cost the host no engine', async (t) => {
  const window = await editor.open(workspace(t, { 'notes.txt': 'nothing here', 'a.steptool.json': tiny() }), t);
  await window.open('notes.txt');
  assert.equal(await isAwake(window), false);

  await window.open('a.steptool.json');
  await until('the extension to be awake', () => isAwake(window), (is) => is);
  assert.equal(await window.run((vscode) => vscode.window.activeTextEditor?.document.languageId), 'steptool');
  const { contributed, registered } = await window.run(async (vscode) => ({
    contributed: (vscode.extensions.getExtension('steptool.steptool')!.packageJSON as { contributes: { commands: { command: string }[] } }).contributes.commands.map(({ command }) => command),
    registered: await vscode.commands.getCommands(true),
  }));
  assert.ok(contributed.length >= 3);
  assert.deepEqual(contributed.filter((command) => !registered.includes(command)), []);
  assert.deepEqual(await enginesIn(window), []);
  await window.shot('experiment-open');
});

scenario('waking is measured: the goal is 50 ms', async (t) => {
  const window = await editor.open(workspace(t, {}), t);
  const { wall, cpu } = await wake(window);
  // A figure to read, which a busy machine must not turn into a failure; that no engine is loaded is tested above.
  t.diagnostic(`activation: ${wall.toFixed(1)} ms, of which ${cpu.toFixed(1)} ms were work of the host`);
  assert.ok(wall > 0 && cpu > 0);
});

scenario('the Train button stands in the title of an experiment, and not of other files', async (t) => {
  const window = await editor.open(workspace(t, { 'a.steptool.json': tiny(), 'settings.json': '{}' }), t);
  const button = window.page.locator('.editor-actions').getByRole('button', { name: 'Train' });
  await window.open('a.steptool.json');
  await button.waitFor();
  await window.open('settings.json');
  await button.waitFor({ state: 'hidden' });
});

scenario('it wakes when its sidebar is shown, which says what to do where there is nothing yet', async (t) => {
  const window = await editor.open(workspace(t, { 'notes.txt': '' }), t);
  await window.page.locator('.activitybar').getByRole('tab', { name: 'StepTool' }).click();
  await window.page.locator('.welcome-view-content').filter({ hasText: 'There is no experiment file (*.steptool.json)' }).first().waitFor();
  await until('the extension to be awake', () => isAwake(window), (is) => is);
  await window.page.locator('.welcome-view-content').getByRole('button', { name: 'New Experiment' }).waitFor();
  await window.inside('p.empty');
  await window.shot('sidebar-empty');
});
