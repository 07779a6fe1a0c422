import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checks } from '../../src/editor/language/checks.ts';
import { quiet, registerDiagnostics } from '../../src/editor/language/diagnostics.ts';
import { LanguageEditor, Text } from './fake-language.ts';
import { settled } from './fake-parts.ts';

interface Shown { code: { value: string; target: object }; severity: number; message: string; tags?: number[]; relatedInformation: { message: string }[]; range: { start: { line: number; character: number } } }

/** An editor that notes what is shown of each file, as `severity line:column code`. */
function open(): { editor: LanguageEditor; shown: Map<string, Shown[]>; brief: (path: string) => string[]; dispose: () => void } {
  const editor = new LanguageEditor();
  const shown = new Map<string, Shown[]>();
  Object.assign(editor.host.api.languages, { createDiagnosticCollection: () => ({ set: (uri: { path: string }, found: Shown[]) => shown.set(uri.path, found), delete: (uri: { path: string }) => shown.delete(uri.path), dispose: () => shown.clear() }) });
  editor.fs.set('/extension/media/policy/model.safetensors', '').set('/extension/media/policy/tokenizer.json', '').set('/extension/media/policy/config.json', '{"hidden_size":128}');
  const registered = registerDiagnostics(editor.host, new Checks(editor.host));
  const severities = ['error', 'warning', 'information', 'hint'];
  const brief = (path: string): string[] => (shown.get(path) ?? []).map(({ severity, range: { start }, code }) => `${severities[severity]} ${start.line + 1}:${start.character + 1} ${code.value}`);
  return { editor, shown, brief, dispose: () => { for (const each of registered) each.dispose(); } };
}

const contradictory = '{\n  "preset": "paper",\n  "algorithm": { "epochs": 9, "kl": { "place": "loss" } },\n  "credit": { "mode": "monteCarlo", "lambda": 0.95, "gama": 1 },\n}';

test('what a schema cannot know is shown with severity, link, related places; what it knows is left to it', async () => {
  const { editor, shown, brief } = open();
  editor.open(new Text('/w/a.steptool.json', contradictory));
  await settled();
  assert.deepEqual(brief('/w/a.steptool.json'), [
    'hint 3:28 preset-overridden', 'information 3:28 unusual-value', 'error 3:48 estimator-place', 'hint 3:48 preset-overridden', 'hint 4:23 preset-overridden', 'warning 4:47 no-effect', 'error 4:53 unknown-key',
  ]);
  const [overridden] = shown.get('/w/a.steptool.json')!;
  assert.equal(overridden.message, 'The preset "paper" has 4 here; this file sets 9.');
  assert.deepEqual(overridden.relatedInformation.map(({ message }) => message), ['"preset" is set here']);
  assert.equal(String(overridden.code.target), 'command:steptool.explain?%5B%22preset-overridden%22%5D');
  assert.deepEqual(shown.get('/w/a.steptool.json')!.find(({ code }) => code.value === 'no-effect')!.tags, [1], 'faded');
});

test('an unknown name is told here alone, as validate tells it: which name was meant, and that it keeps the experiment from running', () => {
  const { editor, shown, brief } = open();
  editor.open(new Text('/w/a.steptool.json', '{ "credit": { "gama": 1, "lambda": 7 } }'));
  assert.deepEqual(brief('/w/a.steptool.json'), ['error 1:15 unknown-key'], 'the range is told by the schema');
  const [{ message, code }] = shown.get('/w/a.steptool.json')!;
  assert.equal(message, 'There is no "gama" in "credit". Did you mean "gamma"?');
  assert.equal(String(code.target), 'command:steptool.explain?%5B%22unknown-key%22%5D');
});

test('with JSON validation off, types and ranges are told here, too', async () => {
  const { editor, brief } = open();
  editor.settings.set('json.validate.enable', false);
  editor.open(new Text('/w/a.steptool.json', '{ "credit": { "gama": 1, "lambda": 7 } }'));
  assert.deepEqual(brief('/w/a.steptool.json'), ['error 1:15 unknown-key', 'error 1:36 out-of-range']);
  editor.settings.set('json.validate.enable', true);
  editor.tell('configuration', { affectsConfiguration: (name: string) => name === 'json.validate' });
  assert.deepEqual(brief('/w/a.steptool.json'), ['error 1:15 unknown-key']);
});

test('in Restricted Mode, where the editor validates by no schema, they are told here, too', () => {
  const { editor, brief } = open();
  editor.isTrusted = false;
  editor.open(new Text('/w/a.steptool.json', '{ "credit": { "gama": 1, "lambda": 7 } }'));
  assert.deepEqual(brief('/w/a.steptool.json'), ['error 1:15 unknown-key', 'error 1:36 out-of-range']);
});

test('problems come with the file, change when typing pauses, and go with the file', () => {
  const { editor, shown, brief } = open();
  const file = new Text('/w/a.steptool.json', '{ "rollout": { "topP": 0.95 } }');
  editor.open(file);
  assert.deepEqual(brief('/w/a.steptool.json'), ['warning 1:24 off-policy-sampling']);
  shown.clear();
  editor.type(file, '{ "rollout": { "topP": 0.97 } }');
  editor.pass(quiet - 1);
  editor.type(file, '{ "rollout": { "topP": 1 } }');
  editor.pass(quiet - 1);
  assert.equal(shown.size, 0, 'still typing');
  editor.pass(1);
  assert.deepEqual(shown.get('/w/a.steptool.json'), []);
  editor.type(file, '{ "rollout": { "topP": 0.9 } }');
  editor.close(file);
  editor.pass(quiet);
  assert.equal(shown.size, 0, 'a closed file is not checked any more');
});

test('files that are named are looked at through the editor, and problems follow', async () => {
  const { editor, brief } = open();
  const file = new Text('/w/a.steptool.json', '{ "policy": { "checkpoint": "models/mine", "tokenizer": "t.json", "width": 128 } }');
  editor.fs.set('/w/t.json', '');
  editor.open(file);
  assert.deepEqual(brief('/w/a.steptool.json'), [], 'nothing is said before it was looked');
  await settled();
  assert.deepEqual(brief('/w/a.steptool.json'), ['error 1:29 missing-file']);
  editor.fs.set('/w/models/mine/model.safetensors', '').set('/w/models/mine/config.json', '{"hidden_size":64}');
  editor.type(file, `${file.text} `);
  editor.pass(quiet);
  await settled();
  assert.deepEqual(brief('/w/a.steptool.json'), ['error 1:76 checkpoint-sizes']);
});

test('a model in shards and a GGUF file are checkpoints; what is another thing is told as that', async () => {
  const { editor, shown } = open();
  editor.fs.set('/w/shards/model.safetensors.index.json', '').set('/w/a.gguf', '').set('/w/adapter/adapter_model.safetensors', '').set('/w/pickled/pytorch_model.bin', '').set('/w/run/weights.safetensors', '').set('/w/empty/readme', '');
  const said = async (name: string): Promise<string | undefined> => {
    editor.open(new Text(`/w/${name}.steptool.json`, JSON.stringify({ policy: { checkpoint: name } })));
    await settled();
    return shown.get(`/w/${name}.steptool.json`)?.[0]?.message.split(/[:.] /)[0];
  };
  assert.deepEqual(await Promise.all(['shards', 'a.gguf'].map(said)), [undefined, undefined]);
  assert.deepEqual(await Promise.all(['adapter', 'pickled', 'run', 'empty', 'b.gguf'].map(said)), [
    '"adapter" is an adapter', '"pickled" has its weights as pytorch_model.bin alone, a format that can run code and is not read', '"run" is a checkpoint of a run', '"empty" has no model.safetensors', 'There is no "b.gguf", seen from the folder of this file',
  ]);
});

test('a name of the hub is told as one: nothing is fetched', async () => {
  const { editor, shown } = open();
  editor.open(new Text('/w/a.steptool.json', '{ "policy": { "checkpoint": "HuggingFaceTB/SmolLM2-135M-Instruct" } }'));
  await settled();
  assert.match(shown.get('/w/a.steptool.json')?.[0]?.message ?? '', /Nothing is fetched from the Hugging Face hub: download it, and name its folder\.$/);
});

test('an adapter in a format that is not read is told as that', async () => {
  const { editor, shown } = open();
  editor.fs.set('/w/read/adapter_model.safetensors', '').set('/w/pickled/adapter_model.bin', '').set('/w/empty/readme', '');
  const said = async (start: string): Promise<string | undefined> => {
    editor.open(new Text(`/w/${start}.steptool.json`, JSON.stringify({ policy: { adapter: { rank: 8, start } } })));
    await settled();
    return shown.get(`/w/${start}.steptool.json`)?.find(({ message }) => message.startsWith(`"${start}"`))?.message.split(/[:.] /)[0];
  };
  assert.deepEqual(await Promise.all(['read', 'pickled', 'empty'].map(said)), [undefined, '"pickled" has its factors as adapter_model.bin alone, a format that can run code and is not read', '"empty" has no adapter_model.safetensors']);
});

test('in Restricted Mode no path of a file is touched; with trust it is', async () => {
  const { editor, brief } = open();
  editor.isTrusted = false;
  editor.open(new Text('/w/a.steptool.json', '{ "policy": { "checkpoint": "//server/share" } }'));
  await settled();
  assert.deepEqual(brief('/w/a.steptool.json'), []);
  editor.isTrusted = true;
  editor.tell('trust', undefined);
  await settled();
  assert.deepEqual(brief('/w/a.steptool.json'), ['error 1:29 missing-file']);
});

test('other JSON and what a run recorded are not its business; disposed, it listens no more', () => {
  const { editor, shown, dispose } = open();
  editor.open(new Text('/w/settings.json', '{ "credit": 1 }', 'jsonc'));
  editor.open(new Text('/r/experiment.steptool.json', '{ "rollout": { "topP": 0.9 } }', 'steptool', 'steptool-run'));
  assert.equal(shown.size, 0);
  const file = new Text('/w/a.steptool.json', '{}');
  editor.open(file);
  editor.type(file, '{ "rollout": { "topP": 0.9 } }');
  dispose();
  editor.pass(quiet);
  editor.type(file, '{ "rollout": { "topP": 0.8 } }');
  editor.pass(quiet);
  assert.equal(shown.size, 0);
});
