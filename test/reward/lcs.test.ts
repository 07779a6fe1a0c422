import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lcsContribution, lcsLength } from '../../src/reward/lcs.ts';
import { integer, random } from '../../src/world/random.ts';

/** The table of the textbook. */
function slowLcs(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  let row: number[] = Array.from({ length: y.length + 1 }, () => 0);
  for (const letter of x) {
    const next = [0];
    y.forEach((other, j) => next.push(letter === other ? row[j] + 1 : Math.max(row[j + 1], next[j])));
    row = next;
  }
  return row[y.length];
}

test('subsequences of known length', () => {
  assert.equal(lcsLength('ABCBDAB', 'BDCABA'), 4);
  assert.equal(lcsLength('', 'abc'), 0);
  assert.equal(lcsLength('abc', ''), 0);
  assert.equal(lcsLength('abc', 'xyz'), 0);
  assert.equal(lcsLength('abc', 'abc'), 3);
});

test('300 random pairs, up to several words of bits, as the table has it', () => {
  const draw = random('lcs');
  const text = (letters: number): string => Array.from({ length: integer(draw, 0, 110) }, () => String.fromCharCode(97 + integer(draw, 0, letters))).join('');
  for (let i = 0; i < 300; i++) {
    const letters = 1 + (i % 8);
    const [a, b] = [text(letters), text(letters)];
    assert.equal(lcsLength(a, b), slowLcs(a, b), `${a} and ${b}`);
  }
});

test('around the borders of words, with nothing but matches', () => {
  for (const n of [31, 32, 33, 63, 64, 65, 96, 97]) {
    assert.equal(lcsLength('a'.repeat(n), 'a'.repeat(n)), n);
    assert.equal(lcsLength('a'.repeat(n), 'a'.repeat(n - 5)), n - 5);
  }
});

test('letters are Unicode characters, not halves of them', () => {
  assert.equal(lcsLength('😀😁', '😂😁'), 1); // all three share their first half
});

const observation = (response: string): string => `{"error": "", "response": ${response}}`;

test('the response contributes when enough of it comes back in the answer', () => {
  assert.equal(lcsContribution(observation('"0123456789"'), '012', 0.3), 1);
  assert.equal(lcsContribution(observation('"0123456789"'), '01', 0.3), 0);
  assert.equal(lcsContribution(observation('"0123456789"'), '01', 0.2), 1);
});

test('an empty response or an empty answer is no contribution', () => {
  for (const response of ['""', 'null']) assert.equal(lcsContribution(observation(response), 'anything', 0), 0);
  assert.equal(lcsContribution(observation('"Paris"'), '', 0.3), 0);
});

test('responses that are not strings are compared as JSON, cut ones by what is left', () => {
  assert.equal(lcsContribution(observation('{"a": 1}'), '{"a": 1}', 1), 1);
  assert.equal(lcsContribution('{"error": "", "response": {"name": "Blu...', '{"name": "Blu...', 1), 1);
});
