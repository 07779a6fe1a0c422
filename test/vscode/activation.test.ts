/** The packaged extension wakes when it is needed, fast, and brings no engine into the process that all extensions share. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Editor } from './editor.ts';
import type { Window } from './window.ts';
import { workspace } from './workspace.ts';

let editor: Editor;
let window: Window;
before(async () => { editor = await Editor.start(); });
after(() => editor.stop());

test('nothing of it runs in a workspace without experiments', async (t) => {
  window = await editor.open(workspace(t, { 'notes.txt': 'nothing here' }));
  await window.open('notes.txt');
  await window.shot('activation');
  assert.deepEqual(await window.run((vscode) => {
    const extension = vscode.extensions.getExtension('steptool.steptool');
    return [extension?.isActive, extension?.packageJSON.version];
  }), [false, '0.1.0']);
});
