import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const room = fileURLToPath(new URL('../../src/config', import.meta.url));

test('the room runs anywhere: it imports its own files and two libraries, nothing of Node, the editor or other rooms', () => {
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  assert.ok(files.length > 20);
  const imports = files.flatMap((file) =>
    [...readFileSync(join(room, file), 'utf8').matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(([, name]) => (name.startsWith('.') ? join(room, dirname(file), name) : name)),
  );
  const outside = new Set(imports.filter((name) => !name.startsWith(room + sep)));
  assert.deepEqual([...outside].sort(), ['@sinclair/typebox', 'jsonc-parser']);
});
