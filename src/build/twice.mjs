// Tests that drive a browser: one file at a time, and a file that fails is run once more. A browser that is driven from outside now
// and then misses a click on a busy machine; what is broken fails twice. Both times are told.
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

/** Runs test files in Node.js with `env` set too; whether each of them passed. */
export function passTwice(files, env = {}) {
  const passes = (file) => spawnSync(process.execPath, ['--import', 'tsx', '--test', file], { env: { ...process.env, ...env }, stdio: 'inherit' }).status === 0;
  const again = files.filter((file) => !passes(file));
  if (again.length > 0) console.log(`\nFAILED, and run once more: ${again.map((file) => basename(file)).join(', ')}\n`);
  const failed = again.filter((file) => !passes(file));
  console.log(`\n${files.length - again.length} of ${files.length} files passed at once, ${again.length - failed.length} in their second run${failed.length === 0 ? '.' : `; FAILED TWICE: ${failed.map((file) => basename(file)).join(', ')}`}`);
  return failed.length === 0;
}
