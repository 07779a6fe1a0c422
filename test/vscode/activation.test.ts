/** The packaged extension wakes when it is needed, fast, and brings no engine into the process that all extensions share. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Editor } from './editor.ts';
import { tiny } from './experiments.ts';
import { enginesIn, isAwake } from './observe.ts';
import { workspace } from './workspace.ts';

let editor: Editor;
before(async () => { editor = await Editor.start(); });
after(() => editor?.stop());

test('it sleeps until an experiment is opened; then its commands are there, and it cost the host no engine', async (t) => {
  const window = await editor.open(workspace(t, { 'notes.txt': 'nothing here', 'a.steptool.json': tiny() }));
  await window.open('notes.txt');
  assert.equal(await isAwake(window), false);

  await window.open('a.steptool.json');
  assert.equal(await isAwake(window), true);
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

test('waking takes less than 50 ms of the host', async (t) => {
  const window = await editor.open(workspace(t, {}));
  const { wall, cpu } = await window.run(async (vscode) => {
    const extension = vscode.extensions.getExtension('steptool.steptool')!;
    if (extension.isActive) throw new Error('It woke before it was measured.');
    const [time, used] = [performance.now(), process.cpuUsage()];
    await extension.activate();
    const { user, system } = process.cpuUsage(used);
    return { wall: performance.now() - time, cpu: (user + system) / 1000 };
  });
  t.diagnostic(`activation: ${wall.toFixed(1)} ms, of which ${cpu.toFixed(1)} ms were work of the host`);
  // What waits for a busy machine is no work: either figure shows that the extension is light.
  assert.ok(Math.min(wall, cpu) < 50, `${wall} ms, ${cpu} ms of work`);
});

test('the Train button stands in the title of an experiment, and not of other files', async (t) => {
  const window = await editor.open(workspace(t, { 'a.steptool.json': tiny(), 'settings.json': '{}' }));
  const button = window.page.locator('.editor-actions').getByRole('button', { name: 'Train' });
  await window.open('a.steptool.json');
  await button.waitFor();
  await window.open('settings.json');
  await button.waitFor({ state: 'hidden' });
});
