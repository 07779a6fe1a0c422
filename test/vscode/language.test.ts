/** Experiment files in the editor: the built-in JSON server by our schema, and our own diagnostics on top. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Editor } from './editor.ts';
import { hook, scenario } from './scenario.ts';
import type { Window } from './window.ts';
import { until } from './until.ts';
import { workspace } from './workspace.ts';

const files = {
  'wrong.steptool.json': '{\n  // how steps are credited\n  "credit": { "gama": 0.9, "lambda": 7 },\n}\n',
  'contradiction.steptool.json': '{\n  "rollout": { "maxTokens": 1024 },\n  "policy": { "checkpoint": null, "context": 512 },\n}\n',
  'fine.steptool.json': '{\n  "credit": { "mode": "step" },\n}\n',
  'plain.json': '{ "credit": { "gama": 0.9 } }\n',
};

const ours = (problem: string): boolean => problem.includes('StepTool');

let editor: Editor;
let window: Window;
before(async () => {
  editor = await Editor.start();
  window = await editor.open(folder);
  // What is opened while the editor's JSON server still starts, that server now and then leaves unchecked until it is edited.
  await window.open('fine.steptool.json');
  await until('the editor\'s JSON server to know our schema', () => window.run(async (vscode) => {
    const { document } = vscode.window.activeTextEditor!;
    const list = await vscode.commands.executeCommand<import('vscode').CompletionList>('vscode.executeCompletionItemProvider', document.uri, document.positionAt(document.getText().indexOf('"step"') + 2));
    return list.items.map(({ label }) => typeof label === 'string' ? label : label.label);
  }), (labels) => labels.some((label) => label.includes('monteCarlo')));
}, hook);
after(() => editor?.stop(), hook);
const folder = workspace({ after }, files);

scenario('what our schema knows is told by the editor\'s own validation, an unknown name by us, in the text and in the Problems view', async () => {
  await window.open('wrong.steptool.json');
  const problems = await window.problems('wrong.steptool.json', (found) => found.length >= 2);
  assert.deepEqual(problems.map((problem) => problem.replace(/undefined /, '')), ['3:15 error StepTool(unknown-key) There is no "gama" in "credit". Did you mean "gamma"?', '3:38 warning Value is above the maximum of 1.'], 'and not told twice');
  await window.page.locator('.monaco-editor .squiggly-warning').first().waitFor({ state: 'attached' });
  await window.palette('Problems: Focus on Problems View');
  await window.page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'Did you mean "gamma"?' }).first().waitFor();
  await window.shot('problems');
});

scenario('what no schema can know is told by us, with its code', async () => {
  await window.open('contradiction.steptool.json');
  assert.deepEqual((await window.problems('contradiction.steptool.json', (found) => found.some(ours))).filter(ours).filter((each) => / error /.test(each)), [
    '2:29 error StepTool(context-exceeded) "rollout.maxTokens" 1024 is more than "policy.context" 512.',
  ]);
});

scenario('other JSON files are left alone, and comments and trailing commas are no problem', async () => {
  await window.open('plain.json');
  await window.open('fine.steptool.json');
  assert.deepEqual(await window.problems('fine.steptool.json', () => true), []);
  // by now a file that was opened before would have been looked at
  assert.deepEqual(await window.problems('plain.json', () => true), []);
});

scenario('a change that breaks the file shows when typing pauses, and goes when it is taken back', async () => {
  await window.open('fine.steptool.json');
  await window.page.locator('.monaco-editor .view-line').filter({ hasText: 'mode' }).first().click();
  await window.page.keyboard.press('End');
  await window.page.keyboard.type(' "sed": 1');
  assert.match((await window.problems('fine.steptool.json', (found) => found.some((each) => each.includes('sed')))).join('\n'), /There is no "sed"/);
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.files.revert'));
  await window.problems('fine.steptool.json', (found) => found.length === 0);
});

scenario('a closed file takes its problems along', async () => {
  await window.open('contradiction.steptool.json');
  await window.problems('contradiction.steptool.json', (found) => found.some(ours));
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await window.problems('contradiction.steptool.json', (found) => !found.some(ours));
});

scenario('the schema completes values and explains settings', async () => {
  await window.open('fine.steptool.json');
  const { offered, said } = await window.run(async (vscode) => {
    const { document } = vscode.window.activeTextEditor!;
    const inValue = document.positionAt(document.getText().indexOf('"step"') + 2);
    const onKey = document.positionAt(document.getText().indexOf('mode') + 1);
    const list = await vscode.commands.executeCommand<import('vscode').CompletionList>('vscode.executeCompletionItemProvider', document.uri, inValue);
    const hovers = await vscode.commands.executeCommand<import('vscode').Hover[]>('vscode.executeHoverProvider', document.uri, onKey);
    return {
      offered: list.items.map(({ label }) => typeof label === 'string' ? label : label.label),
      said: hovers.flatMap(({ contents }) => contents.map((content) => typeof content === 'string' ? content : content.value)).join('\n'),
    };
  });
  assert.ok(offered.some((label) => label.includes('monteCarlo')), offered.join());
  assert.ok(offered.some((label) => label.includes('tokenPadded')), offered.join());
  assert.match(said, /\S{3}/);
});

scenario('a quick fix, by its key, corrects the file', async () => {
  await window.open('wrong.steptool.json');
  await window.problems('wrong.steptool.json', (found) => found.some((each) => each.includes('gama')));
  await window.run((vscode) => {
    const editor = vscode.window.activeTextEditor!;
    const at = editor.document.positionAt(editor.document.getText().indexOf('gama') + 1);
    editor.selection = new vscode.Selection(at, at);
  });
  await window.page.locator('.monaco-editor .squiggly-error').first().waitFor({ state: 'attached' });
  const fix = window.page.locator('.action-widget .monaco-list-row').filter({ hasText: 'gamma' }).first();
  await window.insist('the quick fix', async () => {
    await window.run((vscode) => vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup'));
    await window.page.keyboard.press('Control+.');
  }, () => fix.isVisible());
  await window.shot('quick-fix');
  await fix.click();
  await window.problems('wrong.steptool.json', (found) => found.length === 1 && !found[0].includes('gama'));
  assert.match(await window.run((vscode) => vscode.window.activeTextEditor!.document.getText()), /"gamma": 0\.9/);
  await window.run((vscode) => vscode.commands.executeCommand('workbench.action.files.revert'));
});

scenario('the code of a problem leads to what the documentation says of it', async () => {
  await window.open('contradiction.steptool.json');
  await window.problems('contradiction.steptool.json', (found) => found.some(ours));
  await window.palette('Problems: Focus on Problems View');
  const row = window.page.locator('.markers-panel .monaco-list-row').filter({ hasText: '1024 is more than' }).first();
  await row.locator('a', { hasText: 'context-exceeded' }).click();
  const page = await window.inside('.markdown-body');
  const heading = page.locator('#context-exceeded').first();
  await heading.waitFor();
  await window.shot('documentation');
  await until('the heading to be in sight', () => heading.evaluate((found) => found.getBoundingClientRect().top), (top) => top > -2 && top < 600);
});
