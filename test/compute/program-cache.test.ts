import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Compiled, Engine } from '../../src/compute/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { trafficSince } from '../../src/compute/traffic.ts';

/** An engine that only counts, and refuses the programs in `broken`. */
function counting(broken: ReadonlySet<string> = new Set()): { engine: Engine; alive: Set<string>; compiled: string[] } {
  const alive = new Set<string>();
  const compiled: string[] = [];
  const engine: Engine = {
    name: 'counting', threads: 1,
    async compile(_, { inputs }): Promise<Compiled> {
      const [name] = Object.keys(inputs);
      compiled.push(name);
      if (broken.has(name)) throw new Error(`${name} does not compile`);
      alive.add(name);
      return { run: async () => ({}), dispose: async () => { alive.delete(name); } };
    },
  };
  return { engine, alive, compiled };
}
const build = (name: string) => () => ({ program: () => ({}), inputs: { [name]: { shape: [], dtype: 'float32' as const } } });

test('a program is compiled once, also when it is asked for twice at the same time', async () => {
  const { engine, compiled } = counting();
  const cache = new ProgramCache(engine);
  const [a, b] = await Promise.all([cache.get('a', build('a')), cache.get('a', build('a'))]);
  assert.equal(a, b);
  assert.deepEqual(compiled, ['a']);
  assert.equal(cache.compilations, 1);
});

test('the least recently used program is released when there are too many, and compiled again when asked for', async () => {
  const { engine, alive, compiled } = counting();
  const cache = new ProgramCache(engine, 2);
  for (const name of ['a', 'b', 'a', 'c']) await cache.get(name, build(name));
  assert.deepEqual([...alive], ['a', 'c']);
  await cache.get('b', build('b'));
  assert.deepEqual(compiled, ['a', 'b', 'c', 'b']);
  assert.deepEqual([...alive].sort(), ['b', 'c']);
  await cache.dispose();
  assert.equal(alive.size, 0);
});

test('a compilation that fails is not kept: whoever asks next compiles again', async () => {
  const broken = new Set(['a']);
  const { engine, alive, compiled } = counting(broken);
  const cache = new ProgramCache(engine);
  const both = await Promise.allSettled([cache.get('a', build('a')), cache.get('a', build('a'))]);
  assert.deepEqual(both.map(({ status }) => status), ['rejected', 'rejected']);
  await assert.rejects(cache.get('a', build('a')), /a does not compile/);
  broken.clear();
  await cache.get('a', build('a'));
  assert.deepEqual(compiled, ['a', 'a', 'a']);
  assert.deepEqual([...alive], ['a']);
});

test('a compilation that fails spoils nothing for other programs: none is refused, none stays unreleased', async () => {
  const { engine, alive } = counting(new Set(['broken']));
  const cache = new ProgramCache(engine, 1);
  const failing = cache.get('broken', build('broken'));
  // While it is still being compiled, it is the oldest and has to make room.
  const [first, other] = await Promise.allSettled([failing, cache.get('other', build('other'))]);
  assert.deepEqual([first.status, other.status], ['rejected', 'fulfilled']);
  const late = new ProgramCache(engine);
  const asked = [late.get('broken', build('broken')), late.get('more', build('more'))];
  await late.dispose();
  assert.deepEqual((await Promise.allSettled(asked)).map(({ status }) => status), ['rejected', 'fulfilled']);
  assert.deepEqual([...alive], ['other']);
});

test('what programs are given and give back is counted, run by run; a run that fails is not', async () => {
  const engine: Engine = {
    name: 'echo', threads: 1,
    async compile(): Promise<Compiled> {
      return {
        run: async ({ x, fails }) => {
          if (fails) throw new Error('it fails');
          return { y: x };
        },
        dispose: async () => {},
      };
    },
  };
  const cache = new ProgramCache(engine);
  const specs = { x: { shape: [3, 2], dtype: 'float32' as const }, n: { shape: [], dtype: 'int32' as const } };
  const echo = await cache.get('echo', () => ({ program: () => ({}), inputs: specs, frozen: {} }));
  const x = { shape: [3, 2], dtype: 'float32' as const, data: new Float32Array(6) };
  const before = cache.traffic;
  await echo.run({ x });
  await echo.run({ x });
  assert.deepEqual([before, cache.traffic], [{ up: 0, down: 0 }, { up: 56, down: 48 }]);
  await assert.rejects(echo.run({ x, fails: x }), /it fails/);
  assert.deepEqual(trafficSince(cache.traffic, { up: 28, down: 24 }), { up: 28, down: 24 });
});
