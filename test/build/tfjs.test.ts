import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundleTfjs, madeFrom } from '../../src/build/tfjs.mjs';

const lock = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
const script = fileURLToPath(new URL('../../src/build/tfjs.mjs', import.meta.url));

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-build-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the bundle of TensorFlow.js says what it was made from: another lock file or another script makes another', (t) => {
  const copy = join(place(t), 'package-lock.json');
  copyFileSync(lock, copy);
  assert.equal(madeFrom([copy, script]), madeFrom(), 'where the lock file lies and when it was written is the same to it');
  appendFileSync(copy, ' ');
  assert.notEqual(madeFrom([copy, script]), madeFrom());
  assert.notEqual(madeFrom([lock, copy]), madeFrom());
});

test('a bundle made from the same is left as it is; one made from something else, or half written, is made again', async (t) => {
  const outfile = join(place(t), 'dist', 'tfjs.mjs');
  await bundleTfjs(outfile);
  const made = readFileSync(outfile, 'utf8');
  assert.ok(made.startsWith(madeFrom()) && /\bmatMul\b/.test(made));
  writeFileSync(outfile, `${madeFrom()}kept`);
  await bundleTfjs(outfile);
  assert.equal(readFileSync(outfile, 'utf8'), `${madeFrom()}kept`);
  for (const old of [`// made from ${'0'.repeat(64)}\nold`, 'from before there was a mark', '']) {
    writeFileSync(outfile, old);
    await bundleTfjs(outfile);
    assert.equal(readFileSync(outfile, 'utf8'), made);
  }
});
