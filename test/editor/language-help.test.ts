/** Quick fixes, hovers, completions, and links to the documentation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateExperiment } from '../../src/config/validate.ts';
import { commands } from '../../src/editor/ids.ts';
import { registerLanguage } from '../../src/editor/language/register.ts';
import { edited, LanguageEditor, Range, Text } from './fake-language.ts';
import { text } from './fake-parts.ts';

function open(content: string): { editor: LanguageEditor; file: Text } {
  const editor = new LanguageEditor();
  registerLanguage(editor.host);
  const file = new Text('/w/exp/a.steptool.json', content);
  editor.open(file);
  return { editor, file };
}

test('a misspelt name is fixed at its place, whoever complains of it', () => {
  const { editor, file } = open('{ "credit": { "gama": 1 } } // mine');
  const told = { range: new Range(file.at('|"gama"'), file.at('"gama"|')), source: 'jsonc', message: 'Property gama is not allowed.' };
  const [fix, ...others] = editor.actions(file, '"ga|ma"', undefined, [told]);
  assert.deepEqual(others, []);
  assert.equal(fix.title, 'Change to "gamma"');
  assert.equal(fix.isPreferred, true);
  assert.deepEqual(fix.diagnostics, [told]);
  assert.equal(edited(file, fix.edit), '{ "credit": { "gamma": 1 } } // mine');
  assert.deepEqual(editor.actions(file, '// mi|ne'), [], 'only where the problem is');
});

test('a contradiction has a fix that is offered, not preferred; overriding a preset can be taken back', () => {
  const { editor, file } = open('{\n  "preset": "paper",\n  "algorithm": {\n    "epochs": 2,\n    "kl": { "estimator": "k3" }\n  }\n}');
  assert.deepEqual(editor.actions(file, '"k|3"').map(({ title, isPreferred }) => `${title}${isPreferred ? ' (preferred)' : ''}`), ['Set "algorithm.kl.estimator" to "k1"', 'Remove "algorithm.kl.estimator": back to the preset']);
  const [back] = editor.actions(file, '"epochs": |2');
  assert.equal(back.title, 'Remove "algorithm.epochs": back to the preset');
  assert.equal((JSON.parse(edited(file, back.edit)) as { algorithm: object }).algorithm.hasOwnProperty('epochs'), false);
});

test('fix all makes every safe change at once, and no other', () => {
  const { editor, file } = open('{\n  "credit": { "gama": 0.9 },\n  "rolout": { "topP": 0.9 },\n  "algorithm": { "kl": { "target": 3 } }\n}');
  const [all] = editor.actions(file, '|{', 'source.fixAll');
  const after = edited(file, all.edit);
  assert.match(after, /"gamma": 0\.9/);
  assert.match(after, /"rollout"/);
  assert.deepEqual(validateExperiment(after).diagnostics.map(({ code }) => code), ['off-policy-sampling']);
  assert.deepEqual(editor.actions(file, '|{', 'refactor'), []);
});

test('a hover on a number compares presets with what is here, and says what it amounts to', () => {
  const { editor, file } = open('{ "preset": "paper", "rollout": { "tasksPerIteration": 16 }, "credit": { "gamma": 0.9 } }');
  assert.equal(editor.hover(file, '"tasks|PerIteration"'), text`
    | \`default\` | \`paper\` | \`as-released\` | here |
    |---|---|---|---|
    | \`16\` | \`8\` | \`8\` | **\`16\`** |

    Range: 1 to 65536.

    An iteration collects 16 × 1 = 16 trajectories, 480 in the whole run.

    [More in the documentation](command:steptool.explain?%5B%22rollout.tasksPerIteration%22%5D)
  `);
  assert.match(editor.hover(file, '0|.9'), /Of the credit, 46 % is left after 5 steps, 0\.040 % after 50\./);
});

test('a hover on a section shows the values that will run', () => {
  const { editor, file } = open('{ "preset": "as-released", "evaluation": { "every": 2 } }');
  assert.match(editor.hover(file, '"evalu|ation"'), /\| `every` \| `10` \| \*\*`2`\*\* \|\n\nAs by default: `splits` `\["phrasings","entities","combinations"\]`, .*\n\nAn evaluation makes 300 attempts; its mean pass rate is good to about ± 5\.7 %/);
});

test('nothing in the file becomes a link; of a name that is no field a hover says nothing, as its problem does', () => {
  const { editor, file } = open('{ "policy": { "checkpoint": "`[x](command:evil)|" } }');
  assert.match(editor.hover(file, '[|x]'), /\*\*`"·\[x\]\(command:evil\)·"`\*\*/);
  const hostile = open('{ "[x](command:evil)": 1 }');
  assert.equal(hostile.editor.hover(hostile.file, 'co|mmand'), 'nothing');
});

test('values of presets are completed where the schema only knows the default', async () => {
  const { editor, file } = open('{ "algorithm": { "learningRate": 0.01, "clipRange": 0.2 }, "credit": { "bootstrapTruncated": true } }');
  assert.deepEqual(await editor.complete(file, '0.01|'), ['0.00001 (presets paper and as-released) at 33-37']);
  assert.deepEqual(await editor.complete(file, 'tr|ue'), ['true (preset paper) at 61-65'].map((line) => line.replace('61-65', `${file.at('|true').character}-${file.at('true|').character}`)));
  assert.deepEqual(await editor.complete(file, '0.2|'), [], 'no preset differs');
  assert.deepEqual(await editor.complete(file, '"clip|Range"'), [], 'names come from the schema');
});

test('checkpoints, tokenizers and folders of runs are completed as paths from the file', async () => {
  const { editor, file } = open('{ "policy": { "checkpoint": "", "tokenizer":  }, "output": { "folder": "x" } }');
  editor.files = ['/w/models/b/model.safetensors', '/w/exp/a/model.safetensors', '/w/exp/a/model.safetensors.index.json', '/w/models/c.Q8_0.gguf'];
  assert.deepEqual(await editor.complete(file, '"checkpoint": "|"'), ['"../models/b" (checkpoint of the workspace) at 28-30', '"../models/c.Q8_0.gguf" (checkpoint of the workspace) at 28-30', '"a" (checkpoint of the workspace) at 28-30']);
  editor.files = ['/w/models/b/tokenizer.json'];
  assert.deepEqual(await editor.complete(file, '"tokenizer": | '), ['"../models/b/tokenizer.json" (tokenizer of the workspace) at 45-45'].map((line) => line.replace('45-45', `${file.at('"tokenizer": | ').character}-${file.at('"tokenizer": | ').character}`)));
  editor.files = ['/w/runs/a/1/run.json', '/w/runs/a/2/run.json'];
  assert.match((await editor.complete(file, '"x|"'))[0], /^"\.\.\/runs" \(folder that holds runs\)/);
});

test('links open the documentation at the right heading, whatever they carry', async () => {
  const { editor } = open('{}');
  for (const topic of ['no-effect', 'algorithm.kl.place', 'seed', '../../etc/passwd', { toString: 1 }]) await editor.run(commands.explain, topic);
  assert.equal(editor.seen().replaceAll('runs markdown.showPreview file:///extension/docs/experiment-file.md', '>').split('\n').filter((line) => line.startsWith('>')).join(' '), '>#no-effect >#algorithmkl >#top-level > >');
});
