import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Compiled, Engine } from '../../src/compute/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';

/** An engine that only counts. */
function counting(): { engine: Engine; alive: Set<string>; compiled: string[] } {
  const alive = new Set<string>();
  const compiled: string[] = [];
  const engine: Engine = {
    name: 'counting', threads: 1,
    async compile(_, { inputs }): Promise<Compiled> {
      const [name] = Object.keys(inputs);
      compiled.push(name);
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
