// Python literals: what Python reads is read alike, all else is refused with its place, and nothing is ever run.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LiteralError, type Literal } from '../../../src/rollout/recorded/literal.ts';
import { parseLiteral } from '../../../src/rollout/recorded/parse-literal.ts';
import { numbers } from '../../run/folder-help.ts';

/** As test/parity-python/recorded.py has values: kinds named, texts as UTF-16 units. */
function plain(literal: Literal): unknown {
  switch (literal.kind) {
    case 'none': return null;
    case 'boolean': return literal.value;
    case 'number': return literal.exact === undefined ? literal.value : ['integer', String(literal.exact)];
    case 'string': return ['text', Array.from({ length: literal.value.length }, (_, i) => literal.value.charCodeAt(i))];
    case 'bytes': return ['bytes', [...literal.value]];
    case 'dict': return ['dict', literal.entries.map(([key, value]) => [plain(key), plain(value)])];
    case 'list':
    case 'tuple':
    case 'set': return [literal.kind, literal.items.map(plain)];
  }
}

/** Numbers of Python's, which tells 1 from 1.0 and has infinities that JSON has not, as numbers. */
function asNumbers(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [kind, inner] = value as [unknown, unknown];
  if (kind === 'integer') return Number.isSafeInteger(Number(inner)) ? Number(inner) : value;
  if (kind === 'float') return inner === 'inf' ? Infinity : inner === '-inf' ? -Infinity : inner;
  return kind === 'text' || kind === 'bytes' ? value : value.map(asNumbers);
}

const cases = JSON.parse(readFileSync(new URL('./fixtures/literals.json', import.meta.url), 'utf8')) as [text: string, value: unknown][];

const refusal = (text: string): string => {
  try {
    parseLiteral(text);
  } catch (error) {
    assert.ok(error instanceof LiteralError, String(error));
    return `${error.offset}: ${error.message}`;
  }
  return 'read';
};

test('literals of every kind mean what they mean to Python, and what Python refuses is refused', () => {
  assert.ok(cases.filter(([, value]) => value !== 'refused').length > 100 && cases.filter(([, value]) => value === 'refused').length > 100);
  for (const [text, value] of cases) {
    if (value === 'refused') assert.notEqual(refusal(text), 'read', JSON.stringify(text));
    else assert.deepEqual(plain(parseLiteral(text)), asNumbers(value), JSON.stringify(text));
  }
});

test('a list as the training files have it, with the place of each value', () => {
  const literal = parseLiteral(`['it\\'s', "a\\tb",\n None, (0.5,), {'k': [True]}]`);
  assert.ok(literal.kind === 'list');
  assert.deepEqual(literal.items.map(({ kind, at }) => [kind, at]), [['string', 1], ['string', 10], ['none', 19], ['tuple', 25], ['dict', 33]]);
});

test('what is no literal is refused where it stands, and says why', () => {
  assert.deepEqual([
    '', '[1, 2', '[1 2]', "['a", "'a\nb'", "'''a", "'\\x4'", "'\\U00110000'", "'\\N{DASH}'", '__import__("os").system("x")', '[print]', "f'{1}'", "b'é'", "'a' b'b'", '3j', '012', '1 + 1', '-None', '{[]: 1}', '[1]]', 'a\0', '1_', '{1: 2, 3}',
  ].map(refusal), [
    '0: Expected a literal, found the end.', '5: Expected "," or "]", found the end.', '3: Expected "," or "]", found "2".', "1: The string is not closed by '.", "0: The string is not closed by ' before the end of the line.",
    "0: The string is not closed by '''.", '1: \\x needs 2 hexadecimal digits behind it.', '1: \\U00110000 is beyond the last character, U+10FFFF.', '1: Characters by name (\\N{…}) are not read.',
    '0: __import__ is a name and no literal; None, True and False are.', '1: print is a name and no literal; None, True and False are.', '0: An f-string is computed and no literal.', '2: Bytes are written in ASCII characters.',
    '4: A string and bytes stand next to each other.', '1: Complex numbers are not read.', '0: 012 begins with a zero, which Python does not read as an integer.', '2: Expected the end of the literal, found "+".', '1: Expected a number behind the sign, found "N".',
    '1: A list can be no key of a dictionary and no member of a set.', '3: Expected the end of the literal, found "]".', '1: There is a NUL character.', '1: Unexpected "_" behind the number 1.', '8: Expected ":" behind the key, found "}".',
  ]);
});

test('depth and length are bounded, below what the stack and the memory hold', () => {
  assert.match(refusal('['.repeat(1e6)), /^100: More than 100 brackets within each other/);
  assert.match(refusal('('.repeat(101) + ')'.repeat(101)), /More than 100/);
  assert.equal(refusal(`${'['.repeat(100)}${']'.repeat(100)}`), 'read');
  assert.match(refusal('9'.repeat(5000)), /5000 digits; at most 4300/);
  assert.throws(() => parseLiteral('[1, 2]', { depth: 9, length: 5 }), /6 characters; at most 5/);
});

test('damaged in any way, a text is read or refused, and nothing else happens', () => {
  const draw = numbers(5);
  const letters = `[](){},:'"\\abfrux01.-_ #\n\0é${String.fromCharCode(0xd83d)}`;
  const found = { read: 0, refused: 0 };
  for (let round = 0; round < 20_000; round++) {
    const [text] = cases[draw() % cases.length];
    const [at, length, more] = [draw() % (text.length + 1), draw() % 3, draw() % 3];
    const damaged = text.slice(0, at) + Array.from({ length: more }, () => letters[draw() % letters.length]).join('') + text.slice(at + length);
    found[refusal(damaged) === 'read' ? 'read' : 'refused']++;
  }
  assert.ok(found.read > 1000 && found.refused > 1000, JSON.stringify(found));
});
