import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { apiKey, apis } from '../../src/world/atlas/catalog/index.ts';
import { createNames, poolSize } from '../../src/world/atlas/names.ts';
import { entityTypes } from '../../src/world/atlas/catalog/spec.ts';
import { isHeldLink, linksOf } from '../../src/world/atlas/links.ts';
import type { Task } from '../../src/world/world.ts';
import { noFlaws } from './attempt.ts';

const seed = 31;
const world = createAtlas({ seed });
const sample = (split: string, count: number): Task[] => Array.from({ length: count }, (_, i) => world.task(split, i));
const train = sample('train', 5000);
const linksIn = (task: Task): string[] => linksOf(world.puzzle(task).shape);

/** All wordings of a phrase, as a pattern: options may be said or not, inputs may be anything. */
function pattern(phrase: string, optional: readonly string[]): RegExp {
  const escaped = phrase.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(escaped.replace(/\{(\w+)\}/g, (_, name: string) => (optional.includes(name) ? '.*' : '.+')));
}

test('no name belongs to two entities, and the pools have no name in common', () => {
  const names = createNames(seed);
  const seen = new Set<string>();
  let count = 0;
  for (const type of entityTypes) {
    for (const pool of ['train', 'held'] as const) {
      for (let i = 0; i < poolSize(type, pool); i++) {
        const entity = names.entity(type, pool, i);
        seen.add(entity.name.toLowerCase());
        count++;
        assert.equal(names.find(type, entity.name), entity);
      }
    }
  }
  assert.equal(seen.size, count);
});

test('phrasings: no held-out wording occurs in training, each task uses one, with entities of the training pool', () => {
  const held = apis.flatMap((api) => {
    const options = api.takes.flatMap((input) => (input.kind === 'option' ? [input.name] : []));
    return api.gives.flatMap((field) => field.held.map((phrase) => pattern(phrase, options)));
  });
  for (const { query } of train) for (const wording of held) assert.doesNotMatch(query, wording);
  const sentences = /^(Could you work out|I would like to learn|Do you know|My friend asks about)/;
  for (const { query } of train) assert.doesNotMatch(query, sentences);
  for (const task of sample('phrasings', 1000)) {
    assert.match(task.query, sentences);
    assert.ok(held.some((wording) => wording.test(task.query)), task.query);
    assert.ok(world.puzzle(task).entities.every(({ pool }) => pool === 'train'));
  }
});

test('entities: all names of these tasks, those in results included, never occur in training', () => {
  const named = (task: Task): string[] => [
    ...world.puzzle(task).entities.map(({ name }) => name),
    ...world.demonstrate(task, 0, noFlaws).flatMap(({ observation }) => {
      const { response } = JSON.parse(observation.text) as { response: unknown };
      return typeof response === 'object' && response !== null ? Object.values(response).filter((value) => typeof value === 'string') : [];
    }),
  ];
  const known = new Set(train.flatMap(named));
  const words = new Set(apis.flatMap((api) => api.gives.flatMap(({ fact }) => (fact.kind === 'word' ? fact.words : []))));
  const isName = (text: string): boolean => !words.has(text) && !/\d/.test(text); // dates, times and skies are no names
  let count = 0;
  for (const task of sample('entities', 1000)) {
    for (const name of named(task).filter(isName)) {
      count++;
      assert.ok(!known.has(name), `${task.id}: ${name}`);
    }
  }
  assert.ok(count > 2000);
});

test('combinations: each task has a link that training never has, made of relations that training has', () => {
  const trained = new Set(train.flatMap(linksIn));
  for (const link of trained) assert.ok(!isHeldLink(seed, link), link);
  const relations = new Set(train.flatMap((task) => {
    const { calls, asks } = world.puzzle(task).shape;
    const used = [...asks, ...calls.flatMap(({ slots }) => slots.flatMap((slot) => (slot.kind === 'result' ? [slot] : [])))];
    return used.map(({ call, field }) => `${apiKey(calls[call]!.api)}.${field.name}`);
  }));
  for (const task of sample('combinations', 1000)) {
    const links = linksIn(task);
    const unseen = links.filter((link) => isHeldLink(seed, link));
    assert.ok(unseen.length > 0 && unseen.every((link) => !trained.has(link)), task.query);
    for (const relation of links.flatMap((link) => link.split(/ & |>.*/)).filter((part) => part !== '')) {
      assert.ok(relations.has(relation), relation);
    }
    assert.ok(world.puzzle(task).entities.every(({ pool }) => pool === 'train'));
  }
});

test('phrasings and entities differ from training in nothing else: their links are training links', () => {
  for (const split of ['phrasings', 'entities']) {
    for (const task of sample(split, 500)) assert.ok(linksIn(task).every((link) => !isHeldLink(seed, link)));
  }
});

test('training tasks are varied: queries hardly repeat', () => {
  assert.ok(new Set(train.map(({ query }) => query)).size > 0.98 * train.length);
});
