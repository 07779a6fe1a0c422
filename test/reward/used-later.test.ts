import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usedLater } from '../../src/reward/used-later.ts';
import { valuesOf, words } from '../../src/reward/values.ts';
import type { Json } from '../../src/world/tool.ts';
import { spacedJson } from '../../src/world/toolset.ts';
import { answer, attempt, call, giveUp } from './attempt.ts';

const contributions = (query: string, ...steps: Parameters<typeof attempt>[2][]): number[] => usedLater(query, attempt(query, 'answered', ...steps).steps);
const query = 'Find the money used in the country of Basel.';
const country = call('country_for_map', { city: 'Basel' }, { country: 'Helvetia' });
const money = call('money_for_globe', { country: 'Helvetia' }, { currency: 'Franc', rate: 1.5 });

test('a result that goes into a later call, and one that goes into the answer', () => {
  assert.deepEqual(contributions(query, country, money, answer('The Franc.')), [1, 1, 0]);
});

test('a call whose result nobody uses', () => {
  const detour = call('mayor_for_map', { city: 'Basel' }, { mayor: 'Rudi Carr' });
  assert.deepEqual(contributions(query, country, detour, money, answer('Franc')), [1, 0, 1, 0]);
});

test('the same call again tells nothing new', () => {
  assert.deepEqual(contributions(query, country, country, money, money, answer('Franc')), [1, 0, 1, 0, 0]);
});

test('what the query says, or what the policy itself had written, is not the merit of an observation that echoes it', () => {
  const echo = call('look_for_map', { city: 'Basel' }, { city: 'Basel' });
  assert.deepEqual(contributions(query, echo, answer('Basel')), [0, 0]);
  const guess = call('look_for_map', { city: 'Atlantis' }, { name: 'Atlantis' });
  assert.deepEqual(contributions(query, guess, answer('Atlantis')), [0, 0]);
});

test('a failed call has no data, whatever its text', () => {
  const failed = call('country_for_map', { city: 'Basil' }, { hint: 'Helvetia' }, 'notFound', 'Unknown city: Basil');
  assert.deepEqual(contributions(query, failed, answer('Helvetia')), [0, 0]);
  const empty = call('country_for_map', { city: 'Basel' }, [], 'empty');
  assert.deepEqual(contributions(query, empty, country, answer('Helvetia')), [0, 1, 0]);
});

test('use is later use: an observation cannot be used before it was read', () => {
  assert.deepEqual(contributions(query, money, call('country_for_map', { city: 'Basel' }, { currency: 'Franc' }), answer('Helvetia')), [0, 0, 0]);
});

test('giving up uses nothing, but a chain of calls that was cut short did use its data', () => {
  assert.deepEqual(contributions(query, country, giveUp), [0, 0]);
  assert.deepEqual(contributions(query, country, money), [1, 0]);
});

test('an answer that was refused is no answer', () => {
  const refused = { ...answer('Helvetia'), toolOutcome: 'invalidFinish' as const };
  assert.deepEqual(contributions(query, country, refused), [0, 0]);
});

test('spelling does not matter, words do', () => {
  const says = (response: Json, text: string): number => contributions('Find it.', call('f', {}, response), answer(text))[0];
  assert.equal(says({ price: 48.5 }, 'It is 48.50, sir'), 1);
  assert.equal(says({ people: 1250000 }, '1,250,000 people'), 1);
  assert.equal(says({ temp: -5 }, 'It is -5 there.'), 1);
  assert.equal(says({ temp: 5 }, 'It is -5 there.'), 0);
  assert.equal(says({ temp: 5 }, 'It is 50 there.'), 0);
  assert.equal(says({ name: 'BLUE  Harbor' }, "Blue Harbor's best"), 1);
  assert.equal(says({ name: 'Blue Harbor' }, 'Harbor, blue'), 0);
  assert.equal(says({ name: 'Art' }, 'A cart'), 0);
  assert.equal(says({ rise: '05:30' }, 'at 05:30'), 1);
  assert.equal(says({ born: '12 Mar' }, 'on 12 Mar.'), 1);
  assert.equal(says({ list: [{ name: 'Zürich' }] }, 'ZÜRICH'), 1);
  assert.equal(says({ open: true, none: null }, 'true null'), 0);
  assert.equal(says({ temp: 20 }, 'temp:20'), 1);
  assert.equal(says({ temp: 20 }, '20km'), 0); // not a word of its own
});

test('values never match across two arguments', () => {
  const found = call('f', {}, { name: 'Blue Harbor' });
  assert.deepEqual(contributions('Find it.', found, call('g', { a: 'Blue', b: 'Harbor' }, {})), [0, 0]);
  assert.deepEqual(contributions('Find it.', found, call('g', { a: 'in Blue Harbor' }, {})), [1, 0]);
});

test('arguments that are no JSON are searched as text', () => {
  const broken = { ...call('g', {}, ''), arguments: '{"country": "Helvetia"', toolOutcome: 'invalidArguments' as const };
  assert.deepEqual(contributions(query, country, broken), [1, 0]);
});

test('values of observations: leaves of the response, of JSON inside strings, and of JSON that was cut', () => {
  assert.deepEqual(valuesOf(spacedJson({ error: 'not me', response: { a: 'X y', b: [1, 2.50], c: '{"d": "Inner"}' } })), ['x y', '1', '2.5', 'inner']);
  assert.deepEqual(valuesOf('{"error": "", "response": {"name": "Blue Hill", "people": 12, "mayor": "Rud...'), ['blue hill', '12']);
  assert.deepEqual(valuesOf('{"temp": 20}'), ['20']);
  assert.deepEqual(valuesOf('""'), []);
});

test('of prose, names and numbers are values, and the words around them are not', () => {
  assert.deepEqual(valuesOf('We found that the mayor is Rudi Carr since 1999, elected by a small margin.'), ['1999', 'rudi', 'carr']);
});

test('words: numbers have one spelling, and punctuation is gone', () => {
  assert.deepEqual(words('The fare (one-way) is $1,250.50; 7.0 o\'clock, 1/2, v1.2.3!'), ['the', 'fare', 'one-way', 'is', '1250.5', '7', 'o\'clock', '1/2', 'v1.2.3']);
});
