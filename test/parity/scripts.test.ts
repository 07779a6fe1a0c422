// The scripts that make fixtures: Python looks for packages among them first, and what they write is the same each time.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const python = process.env['STEPTOOL_PYTHON'];
const has = python !== undefined && spawnSync(python, ['-c', 'import torch, transformers, peft, gguf'], { stdio: 'ignore' }).status === 0;
const skip = has ? false : 'SKIPPED: STEPTOOL_PYTHON names a Python with torch, transformers, peft and gguf';

test('none has the name of a package, which transformers or gguf would import in its place, and run', { skip }, () => {
  const names = readdirSync(new URL('../parity-python', import.meta.url)).filter((name) => name.endsWith('.py')).map((name) => name.slice(0, -3));
  assert.ok(names.includes('exports'));
  const { stdout } = spawnSync(python!, ['-I', '-c', 'import importlib.util, sys; print(*(name for name in sys.argv[1:] if importlib.util.find_spec(name)))', ...names], { encoding: 'utf8' });
  assert.equal(stdout.trim(), '');
});

test('of the adapter that PEFT wrote the modules are in order: PEFT keeps them as a set', () => {
  const { target_modules: modules } = JSON.parse(readFileSync(new URL('./fixtures/peft/adapter_config.json', import.meta.url), 'utf8')) as { target_modules: string[] };
  assert.deepEqual(modules, [...modules].sort());
});
