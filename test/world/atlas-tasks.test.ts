import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { apis, offers } from '../../src/world/atlas/catalog/index.ts';
import { isClause, isPossessive } from '../../src/world/atlas/phrasing.ts';
import { fits } from '../../src/world/atlas/shape.ts';
import { describeTasks, formatStatistics } from '../../src/world/atlas/statistics.ts';
import type { Level, Task } from '../../src/world/world.ts';
import { noFlaws } from './attempt.ts';

const world = createAtlas({ seed: 11, transientErrorRate: 0.1 });
const tasks = (split: string, count: number): Task[] => Array.from({ length: count }, (_, i) => world.task(split, i));

test('the catalog has at least 30 APIs of several tools in at least 8 categories, and every parameter type', () => {
  assert.ok(offers.length >= 30);
  assert.equal(new Set(world.tools.map(({ name }) => name)).size, offers.length);
  const categories = new Map<string, Set<string>>();
  for (const { category, tool } of world.tools) categories.set(category, (categories.get(category) ?? new Set()).add(tool));
  assert.ok(categories.size >= 8);
  for (const [category, tools] of categories) assert.ok(tools.size >= 2, category);
  const parameters = world.tools.flatMap(({ required, optional }) => [...required, ...optional]);
  assert.deepEqual([...new Set(parameters.map(({ type }) => type))].sort(), ['boolean', 'integer', 'number', 'string']);
  assert.ok(world.tools.some(({ optional }) => optional.length > 0));
});

test('every phrase names every input, none is both trained and held out, and every result that can be passed on has a noun', () => {
  for (const api of apis) {
    for (const field of api.gives) {
      const passesOn = apis.some((other) => other.takes.some((input) => fits(field, input)));
      for (const phrases of [field.say, field.held]) {
        for (const { name } of api.takes) assert.ok(phrases.every((phrase) => phrase.includes(`{${name}}`)), `${api.api}: {${name}}`);
        const free = phrases.filter((phrase) => !isPossessive(phrase));
        assert.ok(free.length > 0 && (!passesOn || free.some((phrase) => !isClause(phrase))), `${api.api}.${field.name}: ${phrases[0]}`);
      }
      assert.ok(field.say.length >= 5 && field.held.length >= 2, api.api);
      assert.deepEqual(field.say.filter((phrase) => field.held.includes(phrase)), []);
    }
  }
});

test('a task is the same in another world of the same seed, in any order, and another in a world of another seed', () => {
  const again = createAtlas({ seed: 11, transientErrorRate: 0.1 });
  for (const index of [29, 3, 17]) assert.deepEqual(again.task('train', index), world.task('train', index));
  for (const index of [3, 29]) assert.deepEqual(again.task('entities', index), world.task('entities', index));
  assert.notDeepEqual(createAtlas({ seed: 12 }).task('train', 3), world.task('train', 3));
});

test('levels come in equal shares and mean what they say', () => {
  for (const split of world.splits) {
    for (const task of tasks(split, 300)) {
      const needed = world.puzzle(task).candidates.flat().map(({ tool }) => tool);
      const [names, categories] = [new Set(needed.map(({ tool }) => tool)), new Set(needed.map(({ category }) => category))];
      if (task.level === 'I1') assert.equal(names.size, 1);
      if (task.level === 'I2') assert.ok(names.size > 1 && categories.size === 1);
      if (task.level === 'I3') assert.ok(categories.size > 1);
    }
    assert.deepEqual(describeTasks(world, split, 300).levels.I2.toFixed(6), (1 / 3).toFixed(6));
  }
  const only: readonly Level[] = ['I2'];
  const narrow = createAtlas({ seed: 11, levels: only });
  for (let i = 0; i < 50; i++) assert.equal(narrow.task('combinations', i).level, 'I2');
});

test('each list has what is needed and as many others as asked for, in no telling order', () => {
  for (const distractors of [0, 4, 9]) {
    const other = createAtlas({ seed: 5, distractors });
    let neededFirst = 0;
    for (let i = 0; i < 200; i++) {
      const task = other.task('train', i);
      const needed = new Set(other.puzzle(task).candidates.flat().map(({ tool }) => tool.name));
      assert.equal(task.tools.length, needed.size + distractors);
      assert.equal(new Set(task.tools).size, task.tools.length);
      if (needed.has(task.tools[0]!.name)) neededFirst++;
    }
    if (distractors === 4) assert.ok(neededFirst > 40 && neededFirst < 140, String(neededFirst));
  }
});

test('tasks take one to five calls, about 2.3 on average, and are short enough for a small context', () => {
  const figures = describeTasks(world, 'train', 1500);
  assert.ok(figures.calls.length === 6 && figures.calls.slice(1).every((count) => count > 0) && figures.calls[0] === 0);
  assert.ok(figures.meanCalls > 2.1 && figures.meanCalls < 2.6, String(figures.meanCalls));
  assert.ok(figures.empties > 0.03 && figures.empties < 0.2, String(figures.empties));
  assert.ok(figures.promptCharacters.mean < 300 && figures.promptCharacters.most < 600);
  assert.ok(figures.mostCharacters.observation <= 110 && figures.mostCharacters.action <= 130 && figures.mostCharacters.thought <= 80);
  assert.match(formatStatistics(figures), /^train: 1500 tasks\n {2}levels +I1 33\.3 %/);
});

test('later arguments come from earlier observations: no needed value that is passed on stands in the query', () => {
  let passedOn = 0;
  for (const task of tasks('train', 500)) {
    const { shape, resolved, values } = world.puzzle(task);
    for (const { slots } of shape.calls) {
      for (const slot of slots) {
        if (slot.kind !== 'result') continue;
        const value = resolved[slot.call]!.response[slot.field.name]!;
        passedOn++;
        if (typeof value === 'string') assert.ok(!task.query.includes(value), task.query);
      }
    }
    for (const value of values) if (typeof value === 'string' && value.includes(' ')) assert.ok(!task.query.includes(value), task.query);
  }
  assert.ok(passedOn > 200);
});

test('every API is needed by some training task', () => {
  const needed = new Set(tasks('train', 3000).flatMap((task) => world.puzzle(task).candidates.flat().map(({ tool }) => tool.name)));
  assert.deepEqual(world.tools.map(({ name }) => name).filter((name) => !needed.has(name)), []);
});

test('a task read back from a file is the same task', () => {
  const task = world.task('train', 5);
  const copy = JSON.parse(JSON.stringify(task)) as Task;
  assert.equal(world.oracleSteps(copy), world.oracleSteps(task));
  assert.deepEqual(world.demonstrate(copy, 0, noFlaws), world.demonstrate(task, 0, noFlaws));
});

test('options and names that make no sense are refused with what was expected', () => {
  assert.throws(() => createAtlas({ levels: [] }), /levels must name at least one of I1, I2, I3/);
  assert.throws(() => createAtlas({ distractors: -1 }), /distractors must be a whole number from 0 to 20, not -1/);
  assert.throws(() => createAtlas({ transientErrorRate: 1.5 }), /transientErrorRate must be from 0 to 1, not 1.5/);
  assert.throws(() => createAtlas({ seed: 0.5 }), /seed must be a whole number/);
  assert.throws(() => world.task('test', 0), /no split 'test', only train, phrasings, entities, combinations/);
  assert.throws(() => world.task('train', -1), /whole number from 0, not -1/);
});
