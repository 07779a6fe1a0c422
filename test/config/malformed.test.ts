/** Hundreds of broken files, made from a good one: none may crash the reader, and none may pass. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultExperiment, valueAt } from '../../src/config/defaults.ts';
import { describeField, valuePaths } from '../../src/config/describe.ts';
import { fieldAt, fieldsBelow, rootField, type Field } from '../../src/config/field-tree.ts';
import { formatDiagnostics } from '../../src/config/format.ts';
import { validateExperiment } from '../../src/config/validate.ts';

interface Broken {
  readonly how: string;
  readonly text: string;
  /** The path that the first error must name, where the mutation decides it. */
  readonly path?: string;
}

/** Multiply-with-carry: small, seeded, good enough to choose places. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647 || 1;
    return state % below;
  };
}

const good = JSON.stringify({ ...defaultExperiment, output: { folder: 'runs' } }, null, 2);
const nested = (path: string, json: string): string => path.split('.').reduceRight((inner, name) => `{ ${JSON.stringify(name)}: ${inner} }`, json);

/** Values of other types than the field's. */
function wrongTypes(field: Field): string[] {
  const all = { 'text': '"nonsense"', 'number': '7', 'flag': 'true', 'null': 'null', 'list': '[[]]', 'section': '{ "a": 1 }' };
  const fits = (kind: string): boolean => kind === field.kind || ('orNull' in field && field.orNull && kind === 'null');
  return Object.entries(all).flatMap(([kind, json]) => (fits(kind) && kind !== 'list' && kind !== 'section' ? [] : [json]));
}

function beyond(field: Field): string[] {
  switch (field.kind) {
    case 'number':
      return [String(field.aboveMinimum ? field.minimum : field.minimum - 1), String(field.maximum * 2 + 1), '1e999', ...(field.whole ? [String(field.minimum + 0.5)] : [])];
    case 'text':
      return ['""', JSON.stringify('x'.repeat(5000))];
    case 'list':
      return ['[]', `["${field.choices[0].name}", "${field.choices[0].name}"]`];
    case 'choice':
    case 'flag':
    case 'section':
      return [];
  }
}

function brokenFiles(): Broken[] {
  const draw = generator(20241007);
  const files: Broken[] = [];
  for (const path of valuePaths()) {
    const field = fieldAt(path);
    assert.ok(field);
    for (const json of [...wrongTypes(field), ...beyond(field)]) files.push({ how: `${path} is ${json.slice(0, 20)}`, text: nested(path, json), path });
    for (const literal of ['NaN', 'Infinity', '-Infinity', 'undefined', "'x'", '0x10', '+1', '.5', '1.', '01']) files.push({ how: `${path} is ${literal}`, text: nested(path, literal) });
  }
  for (const section of fieldsBelow(rootField).filter((field) => field.kind === 'section')) {
    const inside = (content: string): string => (section.path === '' ? content : nested(section.path, content));
    const unknown = section.path === '' ? 'zzz' : `${section.path}.zzz`;
    files.push({ how: `unknown name in ${section.path}`, text: inside('{ "zzz": 1 }'), path: unknown });
    files.push({ how: `empty name in ${section.path}`, text: inside('{ "": 1 }') });
    files.push({ how: `__proto__ in ${section.path}`, text: inside('{ "__proto__": { "seed": 2 } }') });
    const [first] = describeField(section.path)?.fields ?? [];
    const name = JSON.stringify(first.split('.').at(-1));
    const value = JSON.stringify(valueAt(defaultExperiment, first) ?? 'runs');
    files.push({ how: `${first} twice`, text: inside(`{ ${name}: ${value}, ${name}: ${value} }`), path: first });
    for (const json of ['[]', '1', '"x"', 'null', 'true']) files.push({ how: `${section.path} is ${json}`, text: inside(json), path: section.path });
  }
  for (let count = 0; count < 60; count++) {
    const cut = draw(good.length - 2) + 1;
    files.push({ how: `cut after ${cut}`, text: good.slice(0, cut) });
    files.push({ how: `cut after ${cut}, with a mark and CRLF`, text: `\uFEFF${good.slice(0, cut).replaceAll('\n', '\r\n')}` });
  }
  for (let count = 0; count < 40; count++) {
    files.push({ how: `noise ${count}`, text: Array.from({ length: 1 + draw(300) }, () => String.fromCharCode(draw(256))).join('') });
    const quote = [...good.matchAll(/"/g)][draw(500) % [...good.matchAll(/"/g)].length].index;
    files.push({ how: `without the quote at ${quote}`, text: good.slice(0, quote) + good.slice(quote + 1) });
    const place = draw(good.length);
    files.push({ how: `control character at ${place}`, text: `${good.slice(0, place)}\u0001${good.slice(place)}` });
  }
  for (const open of ['[', '{"a":', '{"world":', '[{"a":[']) {
    files.push({ how: `deep ${open}`, text: open.repeat(20_000) });
    files.push({ how: `deep ${open} in a field`, text: nested('credit.gamma', open.repeat(5000)) });
  }
  files.push({ how: 'deep and closed', text: '['.repeat(60_000) + ']'.repeat(60_000) });
  files.push({ how: 'huge', text: `{ "name": "${'x'.repeat(3_000_000)}" }` });
  for (const text of ['', ' ', '\uFEFF', '\0', '//', '/*', '/* */', '{', '}', '[]', '""', '0', 'null', '{}{}', '{},', ',', '{,}', '{"a"}', '{"a":}', '{"seed":1,,}', '\uD800', '{"\\ud800":1}', '---\nseed: 1', '<xml/>', 'seed = 1']) {
    files.push({ how: `just ${JSON.stringify(text)}`, text });
  }
  return files;
}

const files = brokenFiles();

test('there are far more than 200 broken files, and the one they are made from is good', () => {
  assert.ok(files.length > 1000, String(files.length));
  assert.ok(new Set(files.map((file) => file.text)).size > 1000);
  assert.ok(validateExperiment(good).experiment);
});

test('none crashes the reader, none passes, and every error has a place in the file', () => {
  for (const { how, text, path } of files) {
    const { experiment, diagnostics } = validateExperiment(text);
    assert.equal(experiment, undefined, how);
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    assert.ok(errors.length > 0, how);
    if (path !== undefined) assert.equal(errors[0].path.replace(/\[\d+\]$/, ''), path, how);
    const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
    for (const { line, column, offset, length, message, fix } of diagnostics) {
      assert.ok(line >= 1 && line <= lines.length, `${how}: line ${line}`);
      assert.ok(column >= 1 && column <= lines[line - 1].length + 1, `${how}: column ${column}`);
      assert.ok(offset >= 0 && length >= 0 && offset + length <= text.length, `${how}: range`);
      assert.ok(message.length > 10 && message.length < 600, `${how}: ${message}`);
      assert.ok(!fix || fix.offset + fix.length <= text.length, `${how}: fix`);
    }
    assert.ok(formatDiagnostics(diagnostics, 'x.steptool.json', text).length > 0, how);
  }
});

test('the fix of a broken value leaves a file whose value is taken', () => {
  let tried = 0;
  for (const { how, text } of files) {
    const [first] = validateExperiment(text).diagnostics;
    if (!first.fix) continue;
    tried++;
    const cured = text.slice(0, first.fix.offset) + first.fix.text + text.slice(first.fix.offset + first.fix.length);
    const same = validateExperiment(cured).diagnostics.some(({ code, path }) => code === first.code && path === first.path);
    assert.ok(!same, `${how}: ${cured.slice(0, 200)}`);
  }
  assert.ok(tried > 50, String(tried));
});
