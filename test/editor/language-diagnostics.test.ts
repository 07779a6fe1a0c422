import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quiet, registerDiagnostics } from '../../src/editor/language/diagnostics.ts';
import { Document, text } from './fake-parts.ts';
import { Editor } from './fake.ts';

test('problems come with the file, change when typing pauses, and go with the file', () => {
  const editor = new Editor();
  const early = new Document('/w/early.steptool.json', '{}');
  editor.open(early);
  registerDiagnostics(editor.host, new Checks(editor.host));
  assert.equal(editor.seen(), 'problems of /w/early.steptool.json: none', 'open before the extension was there');

  const file = new Document('/w/a.steptool.json', '{\n  // how steps are credited\n  "credit": { "gama": 0.9, "lambda": 7 },\n}');
  editor.open(file);
  assert.equal(editor.seen(), text`
    problems of /w/a.steptool.json:
      3:15-3:21 error StepTool(unknown-key): There is no "gama" in "credit". Did you mean "gamma"?
      3:38-3:39 error StepTool(out-of-range): "credit.lambda" takes a number, 0 to 1; found 7.
  `);

  editor.type(file, '{ "credit": { "gamma": 0.9, "lambda": 7 } }');
  editor.pass(quiet - 1);
  editor.type(file, '{ "credit": { "gamma": 0.9, "lambda": 0.7 } }');
  editor.pass(quiet - 1);
  assert.equal(editor.seen(), '', 'still typing');
  editor.pass(1);
  assert.equal(editor.seen(), 'problems of /w/a.steptool.json: none');

  editor.type(file, '{');
  editor.close(file);
  editor.pass(quiet);
  assert.equal(editor.seen(), 'problems of /w/a.steptool.json are cleared', 'a closed file is not checked any more');
});

test('other JSON is not its business', () => {
  const editor = new Editor();
  registerDiagnostics(editor.host, new Checks(editor.host));
  const settings = new Document('/w/settings.json', '{ "credit": 1 }', 'jsonc');
  editor.open(settings);
  editor.type(settings, '{ "credit": }');
  editor.pass(quiet);
  assert.equal(editor.seen(), '');
});

test('disposed, it leaves no timer and listens no more', () => {
  const editor = new Editor();
  const registered = registerDiagnostics(editor.host, new Checks(editor.host));
  const file = new Document('/w/a.steptool.json', '{}');
  editor.open(file);
  editor.type(file, '{ "seed": -1 }');
  for (const each of registered) each.dispose();
  editor.seen();
  editor.pass(quiet);
  editor.type(file, '{ "seed": -2 }');
  editor.pass(quiet);
  assert.equal(editor.seen(), '');
});
