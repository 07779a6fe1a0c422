import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeAsMarkdown, describeField, valuePaths } from '../../src/config/describe.ts';
import { fieldsBelow, rootField } from '../../src/config/field-tree.ts';
import { editorJsonSchema, experimentJsonSchema } from '../../src/config/json-schema.ts';
import { generatedFiles, rewrite } from './generated.ts';

for (const { path, content } of generatedFiles) {
  test(`${path.pathname.split('/').at(-1)} is what the schema says`, () => {
    // a checkout on Windows may have turned the line ends
    assert.equal(readFileSync(path, 'utf8').replaceAll('\r\n', '\n'), content, `The schema changed. Run: ${rewrite}`);
  });
}

test('every field is described in a full sentence, and every name has a meaning', () => {
  for (const field of fieldsBelow(rootField)) {
    assert.match(field.description, /^["A-Z].*[.?)`]$/u, field.path);
    if (field.kind === 'choice' || field.kind === 'list') for (const { name, meaning } of field.choices) assert.ok(meaning.length > 3, `${field.path} ${name}`);
  }
});

test('every field but the folder of the runs has a default', () => {
  assert.deepEqual(fieldsBelow(rootField).filter((field) => field.default === undefined).map((field) => field.path), ['output.folder']);
});

test('the JSON Schema requires nothing, because a file may leave everything out', () => {
  const walk = (schema: { [key: string]: unknown }): void => {
    const { properties } = schema as { properties?: { [name: string]: { [key: string]: unknown } } };
    assert.equal(schema['required'], undefined);
    for (const inner of Object.values(properties ?? {})) walk(inner);
  };
  const schema = experimentJsonSchema();
  walk(schema);
  assert.deepEqual(Object.keys(schema['properties'] ?? {}), ['$schema', ...rootField.fields.keys()]);
});

test('unknown names are refused by the schema for others, and left to our own check by the editor\'s; all else is the same', () => {
  const others = JSON.stringify(experimentJsonSchema());
  const refusals = others.match(/"additionalProperties":false,?/g) ?? [];
  assert.equal(refusals.length, [...new Set([rootField, ...fieldsBelow(rootField)])].filter(({ kind }) => kind === 'section').length);
  assert.equal(JSON.stringify(editorJsonSchema()), others.replace(/"additionalProperties":false,|,"additionalProperties":false/g, ''));
});

test('a field is described with its range, default, presets and names', () => {
  assert.deepEqual(describeField('credit.stepWeight'), {
    path: 'credit.stepWeight',
    text: 'What the reward of step i of T, counted from 0, is multiplied by.',
    guidance: {
      effect: '"remaining" makes early steps count more and drops the reward of the last, IsSolved, altogether.',
      paper: 'no weights, "one"',
      released: '"remaining"',
    },
    takes: 'one of "one", "remaining", "remainingInclusive"',
    default: 'one',
    presets: [{ preset: 'as-released', value: 'remaining' }],
    choices: [
      { name: 'one', meaning: '1: the paper.' },
      { name: 'remaining', meaning: 'T − 1 − i: the released trainer, which thereby drops the IsSolved reward of the last step.' },
      { name: 'remainingInclusive', meaning: 'T − i: early steps weigh more, and the last one counts.' },
    ],
    fields: [],
  });
  assert.deepEqual(describeField('algorithm.adam')?.fields, ['algorithm.adam.beta1', 'algorithm.adam.beta2', 'algorithm.adam.epsilon']);
  assert.equal(describeField('algorithm.gamma'), undefined);
  assert.equal(describeField('toString'), undefined);
  for (const path of ['', 'algorithm', ...valuePaths()]) assert.ok(describeAsMarkdown(path)?.startsWith('**'), path);
});
