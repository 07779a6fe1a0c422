/** Tasks and the walkthrough: the ways in that the editor itself offers. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Editor } from './editor.ts';
import { tiny } from './experiments.ts';
import { hook, scenario } from './scenario.ts';
import { until } from './until.ts';
import type { Window } from './window.ts';
import { runWith, workspace } from './workspace.ts';

let editor: Editor;
let window: Window;
const folder = workspace({ after }, { 'a.steptool.json': tiny(1), 'bad.steptool.json': '{\n  "sed": 1\n}\n' });
before(async () => {
  editor = await Editor.start();
  window = await editor.open(folder);
}, hook);
after(() => editor?.stop(), hook);

/** Runs a task by its name to its end, and gives its exit code. */
const runTask = (name: string): Promise<number | undefined> => window.run(async (vscode, wanted) => {
  const all = await vscode.tasks.fetchTasks({ type: 'steptool' });
  const task = all.find((each) => each.name === wanted);
  if (!task) throw new Error(`There is no task ${wanted} among ${all.map((each) => each.name).join(', ')}.`);
  return new Promise<number | undefined>((resolve) => {
    const listening = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== wanted) return;
      listening.dispose();
      resolve(exitCode);
    });
    void vscode.tasks.executeTask(task);
  });
}, name);

scenario('the task that validates a file marks its problems, without the file being open', async () => {
  assert.notEqual(await runTask('validate bad.steptool.json'), 0);
  const problems = await window.problems('bad.steptool.json', (found) => found.length > 0);
  assert.match(problems.join('\n'), /^2:3 error .*\(unknown-key\) There is no "sed".*Did you mean "seed"/);
  assert.equal(await runTask('validate a.steptool.json'), 0);
});

scenario('the task that trains runs in a terminal of the editor, on the editor\'s own Node', async () => {
  assert.equal(await runTask('train a.steptool.json'), 0);
  await runWith(folder, 'a', 'finished');
  await window.shot('task');
});

scenario('the walkthrough: five steps; its first button makes the quickstart', async () => {
  await window.palette('StepTool: Get Started');
  const page = window.page.locator('.gettingStartedContainer');
  await page.getByText('Train a Model to Use Tools').first().waitFor();
  for (const step of ['Create an experiment', 'Change a setting', 'Train it', 'See what it learned', 'Change one thing, compare']) await page.getByText(step, { exact: true }).first().waitFor();
  await window.shot('walkthrough');
  await page.getByRole('button', { name: 'Create the Quickstart' }).first().click();
  await window.page.locator('.quick-input-widget').getByText('Name of the Experiment').waitFor();
  await window.page.keyboard.press('Enter');
  await window.page.locator('.tab.active', { hasText: 'quickstart.steptool.json' }).waitFor();
  assert.ok(existsSync(join(folder, 'quickstart.steptool.json')));
  await window.page.locator('.codelens-decoration a').filter({ hasText: 'Train' }).first().waitFor(); // by then it was checked
  assert.deepEqual((await window.problems('quickstart.steptool.json', () => true)).filter((each) => / (error|warning) /.test(each)), []);
});

scenario('Roll out 4 shows what the policy does, as text beside', async () => {
  await window.open('a.steptool.json');
  await window.lens('Roll out 4');
  const shown = await until('what it printed', () => window.run((vscode) => {
    const document = vscode.window.activeTextEditor?.document;
    return document?.isUntitled === true ? document.getText() : '';
  }), (text) => text !== '');
  assert.match(shown, /step/i);
  await window.shot('rolled-out');
});

scenario('the file now is compared with the file a run used, in the editor\'s own diff', async () => {
  await window.open('a.steptool.json');
  await window.run((vscode) => {
    const { document } = vscode.window.activeTextEditor!;
    const at = document.getText().indexOf('"samplesPerTask": 2') + '"samplesPerTask": '.length;
    return vscode.window.activeTextEditor!.edit((edit) => edit.replace(new vscode.Range(document.positionAt(at), document.positionAt(at + 1)), '3'));
  });
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.files.save'));
  await window.lens('changed since');
  await window.page.locator('.monaco-diff-editor .line-insert, .monaco-diff-editor .char-insert').first().waitFor();
  await window.shot('compared-config');
});
