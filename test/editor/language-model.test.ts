/** A new experiment on a language model that the user has. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import { validateExperiment } from '../../src/config/validate.ts';
import { commands } from '../../src/editor/ids.ts';
import { languageModelText, nameOf } from '../../src/editor/language-model.ts';
import { registerNewExperiment } from '../../src/editor/new-experiment.ts';
import { FullUri, LanguageEditor } from './fake-language.ts';
import { text } from './fake-parts.ts';

function open(chosen?: string): LanguageEditor {
  const editor = new LanguageEditor();
  editor.workspaceFolders = [{ uri: FullUri.file('/w'), name: 'w' }];
  editor.folder = chosen;
  registerNewExperiment(editor.host);
  return editor;
}

test('the model is asked for, and named by its path from the experiment', async () => {
  const editor = open('/models/small "1".gguf');
  editor.answers.push('A language model', 'GGUF File');
  await editor.run(commands.newExperiment);
  assert.equal(editor.seen(), text`
    pick: What does the experiment start from?
      Quickstart
      As in the paper
      As released
      → A language model
      Empty
    pick: What is the model?
      → GGUF File
      Hugging Face Folder
    dialog: Use This Model → /models/small "1".gguf
    input: Name of the Experiment (language-model) → language-model
    shows /w/language-model.steptool.json
  `);
  const { experiment, diagnostics } = validateExperiment(editor.fs.get('/w/language-model.steptool.json')!);
  assert.deepEqual(diagnostics, []);
  assert.equal(experiment!.policy.checkpoint, '../models/small "1".gguf');
});

test('a dialog that is left writes nothing', async () => {
  const editor = open();
  editor.answers.push('A language model', 'Hugging Face Folder');
  await editor.run(commands.newExperiment);
  editor.answers.push('A language model', 'neither');
  await editor.run(commands.newExperiment);
  assert.deepEqual([...editor.fs.keys()], []);
});

test('a model on another drive is named by its whole path', () => {
  const at = (path: string, fsPath = path): vscode.Uri => ({ path, fsPath }) as vscode.Uri;
  assert.equal(nameOf(at('/d:/m/a.gguf', 'd:\\m\\a.gguf'), at('/c:/w')), 'd:/m/a.gguf');
  assert.equal(nameOf(at('/C:/m/a.gguf', 'C:\\m\\a.gguf'), at('/C:/w/x')), '../../m/a.gguf');
});

test('its settings are those of the example, with which the results were reached', () => {
  const recipe = readFileSync(new URL('../../examples/language-model.steptool.json', import.meta.url), 'utf8');
  const name = { name: 'language-model' };
  const { policy } = validateExperiment(recipe, name).experiment!;
  assert.deepEqual(validateExperiment(languageModelText(policy.checkpoint!), name).experiment, validateExperiment(recipe, name).experiment);
});
