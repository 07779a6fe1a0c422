import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { offers } from '../../src/world/atlas/catalog/index.ts';
import { spacedJson } from '../../src/world/toolset.ts';
import type { Task } from '../../src/world/world.ts';
import { answering, asSteps, attempt, noFlaws } from './attempt.ts';

const world = createAtlas({ seed: 21, transientErrorRate: 0 });
const all = Array.from({ length: 400 }, (_, i) => world.task('train', i));
const tasks = (count: number, fits: (task: Task) => boolean = () => true): Task[] => all.filter(fits).slice(0, count);
const everyone = all.flatMap((task) => world.puzzle(task).entities);

/** What the oracle does on the task, without its Finish. */
const work = (task: Task): [string, string][] =>
  world.demonstrate(task, 0, noFlaws).slice(0, -1).map(({ action, arguments: args }) => [action, args]);
const solves = async (task: Task, actions: readonly (readonly [string, string])[]): Promise<boolean> =>
  world.isSolved(task, await attempt(world, task, actions));
const valuesOf = (task: Task): string[] => world.puzzle(task).values.map(String);
const oneValue = (kind: 'string' | 'number') => (task: Task): boolean => {
  const { values } = world.puzzle(task);
  return values.length === 1 && typeof values[0] === kind;
};

test('the right answer counts in other words, order, case and with other decimals', async () => {
  for (const task of tasks(60)) {
    const values = valuesOf(task);
    assert.ok(await solves(task, [...work(task), answering(values.join(' and '))]));
    assert.ok(await solves(task, [...work(task), answering([...values].reverse().join(', ').toUpperCase())]));
    assert.ok(await solves(task, [...work(task), answering(`It is ${values.join(' and ')}.`)]), values.join());
  }
  for (const task of tasks(20, oneValue('number'))) {
    const value = Number(world.puzzle(task).values[0]);
    assert.ok(await solves(task, [...work(task), answering(value.toFixed(2))]));
    assert.ok(!(await solves(task, [...work(task), answering(String(value + 1))])));
    assert.ok(!(await solves(task, [...work(task), answering(`${value}1`)])));
  }
});

test('an empty answer, giving up, and not finishing do not solve a task', async () => {
  for (const task of tasks(30)) {
    assert.ok(!(await solves(task, [...work(task), answering('')])));
    assert.ok(!(await solves(task, [...work(task), answering(' . ')])));
    assert.ok(!(await solves(task, [...work(task), ['Finish', '{"return_type": "give_up_and_restart"}']])));
    const answerAnyway = { return_type: 'give_up_and_restart', final_answer: valuesOf(task).join(' and ') };
    assert.ok(!(await solves(task, [...work(task), ['Finish', JSON.stringify(answerAnyway)]])));
    assert.ok(!(await solves(task, work(task))));
    assert.ok(!(await solves(task, [])));
  }
});

test('a value that was guessed, without any call or with the last call left out, does not solve a task', async () => {
  for (const task of tasks(60)) {
    const answer = answering(valuesOf(task).join(' and '));
    assert.ok(!(await solves(task, [answer])));
    assert.ok(!(await solves(task, [...work(task).slice(0, -1), answer])));
  }
});

test('the right value read from the wrong call does not count', async () => {
  // The sky has eight words: asking about a city at random hits the right one often.
  const [task] = tasks(1, (each) => oneValue('string')(each) && world.puzzle(each).shape.asks[0]!.field.name === 'sky' && work(each).length === 1);
  assert.ok(task, 'no task asks for the sky alone');
  const [action] = work(task)[0]!;
  const [wanted] = valuesOf(task);
  let found = false;
  for (const { type, name } of everyone) {
    if (type !== 'city' || task.query.includes(name)) continue;
    const steps = await attempt(world, task, [[action, spacedJson({ city: name })], answering(wanted!)]);
    if (!steps[0]!.observation.includes(`"${wanted}"`)) continue;
    found = true;
    assert.ok(!world.isSolved(task, steps));
  }
  assert.ok(found, 'no other city has that sky');
});

test('copying the prompt does not solve a task, before or after the calls', async () => {
  for (const task of tasks(40)) {
    for (const text of [task.query, `${task.query} ${task.tools.map(({ name }) => name).join(' ')}`, JSON.stringify(task)]) {
      assert.ok(!(await solves(task, [answering(text)])));
      assert.ok(!(await solves(task, [...work(task), answering(text)])));
    }
  }
});

test('a dump of all that was seen does not solve a task', async () => {
  for (const task of tasks(40)) {
    const steps = await attempt(world, task, work(task));
    const dump = steps.map(({ observation }) => observation).join(' ');
    assert.ok(!(await solves(task, [...work(task), answering(dump)])));
    const names = steps.flatMap(({ observation }) => Object.values((JSON.parse(observation) as { response: object }).response));
    if (names.length > valuesOf(task).length) assert.ok(!(await solves(task, [...work(task), answering(names.join(' '))])), names.join());
    const twice = `${valuesOf(task).join(' and ')} `.repeat(12);
    assert.ok(!(await solves(task, [...work(task), answering(twice)])));
  }
});

test('hedging between two values that were seen does not solve a task, even if short', async () => {
  let hedged = 0;
  for (const task of tasks(400, (each) => oneValue('string')(each) || oneValue('number')(each))) {
    const { shape, values } = world.puzzle(task);
    const [{ call, field }] = shape.asks as [typeof shape.asks[number]];
    const offer = offers.find(({ api, tool }) => api === shape.calls[call]!.api && task.tools.includes(tool))!;
    const input = offer.api.takes[0]!;
    if (offer.api.takes.length > 1 || input.kind !== 'entity') continue;
    // The same call about something else gives a second value of the same kind.
    const other = everyone.find(({ type, name }) =>
      type === input.type && !task.query.includes(name) && world.puzzle(task).entities.every((entity) => entity.name !== name))!;
    const detour: [string, string] = [offer.tool.name, spacedJson({ [input.name]: other.name })];
    const [seen] = await attempt(world, task, [detour]);
    if (seen!.toolOutcome !== 'ok') continue;
    const second = (JSON.parse(seen!.observation) as { response: Record<string, unknown> }).response[field.name];
    if (second === values[0]) continue;
    hedged++;
    assert.ok(!(await solves(task, [detour, ...work(task), answering(`${String(values[0])} or ${String(second)}`)])));
    assert.ok(await solves(task, [detour, ...work(task), answering(String(values[0]))]));
  }
  assert.ok(hedged > 20, String(hedged));
});

test('half of two asked facts is not enough', async () => {
  for (const task of tasks(30, (each) => world.puzzle(each).values.length === 2)) {
    for (const value of valuesOf(task)) assert.ok(!(await solves(task, [...work(task), answering(value)])), task.query);
  }
});

test('an observation that was cut short was not read', async () => {
  const [task] = tasks(1, oneValue('string'));
  const steps = asSteps(world.demonstrate(task!, 0, noFlaws));
  assert.ok(world.isSolved(task!, steps));
  const short = steps.map((step) => ({ ...step, observation: `${step.observation.slice(0, 30)}...` }));
  assert.ok(!world.isSolved(task!, short));
});

test('steps of another task do not solve this one', () => {
  const [one, other] = tasks(2);
  assert.ok(!world.isSolved(one!, asSteps(world.demonstrate(other!, 0, noFlaws))));
});
