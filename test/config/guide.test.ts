import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultExperiment, presetExperiment, valueAt } from '../../src/config/defaults.ts';
import { describeAsMarkdown } from '../../src/config/describe.ts';
import { fieldAt, fieldsBelow, rootField } from '../../src/config/field-tree.ts';
import { bearings, guidanceOf, guidedPaths, isUsual, plainNumber } from '../../src/config/guide.ts';
import { experimentJsonSchema } from '../../src/config/json-schema.ts';

test('guidance is of fields that exist, inside of what they take, and says what moving them does', () => {
  for (const path of guidedPaths) {
    const field = fieldAt(path);
    const { effect, usual } = guidanceOf(path)!;
    assert.ok(field && field.kind !== 'section', path);
    assert.match(effect, /^["A-Z0-9].{20,}[.]$/, path);
    if (!usual) continue;
    assert.ok(field.kind === 'number' && usual[0] < usual[1] && usual[0] >= field.minimum && usual[1] <= field.maximum, path);
  }
});

test('defaults and presets are usual: nobody is warned of what they did not choose', () => {
  for (const preset of ['default', 'paper', 'as-released'] as const) {
    for (const path of guidedPaths) {
      const value = valueAt(presetExperiment(preset), path);
      if (typeof value === 'number') assert.ok(isUsual(path, value), `${preset} ${path} ${value}`);
    }
  }
});

test('what the guidance says of the released code is what the preset of that name does', () => {
  const released = presetExperiment('as-released');
  for (const path of guidedPaths) {
    const said = guidanceOf(path)!.released ?? '';
    const value = valueAt(released, path);
    if (/^[\d.e-]+$/.test(said)) assert.ok(Number(said) === value || /warmupFraction|maxTokens/.test(path), `${path}: ${said}, ${String(value)}`);
    if (/^"\w+"$/.test(said)) assert.equal(JSON.parse(said), value, path);
  }
});

test('every number that shapes learning has guidance', () => {
  const without = fieldsBelow(rootField).filter(({ kind, path }) => kind === 'number' && /^(algorithm|credit|reward|warmStart)\./.test(path) && !guidanceOf(path));
  assert.deepEqual(without.map(({ path }) => path), []);
});

test('numbers are written plainly', () => {
  assert.deepEqual([1e-5, 0.0005, 100_000, 1e-10, 0, 0.3].map(plainNumber), ['0.00001', '0.0005', '100000', '1e-10', '0', '0.3']);
  assert.equal(bearings({ effect: 'x', usual: [1e-6, 1], paper: 'not stated' }), 'Usual: 0.000001 to 1. Paper: not stated.');
  assert.equal(bearings({ effect: 'x' }), '');
});

test('terminal and editor show it: hovers of the JSON Schema and `steptool schema`', () => {
  assert.match(describeAsMarkdown('algorithm.kl.coefficient')!, /Larger keeps the policy near where it started.*\n\nUsual: 0\.001 to 0\.3\. Released: 0\.3\./);
  const schema = experimentJsonSchema() as { properties: { credit: { properties: { gamma: { description: string; markdownDescription: string } } } } };
  const { description, markdownDescription } = schema.properties.credit.properties.gamma;
  assert.equal(markdownDescription, `${description}\n\n${guidanceOf('credit.gamma')!.effect}\n\nUsual: 0.95 to 1. Paper: not stated. Released: 0.99.`);
  assert.equal(valueAt(defaultExperiment, 'credit.gamma'), 0.95);
});
