/** A test in a real VS Code: it has a limit, what the editor's pages complain of fails it, and a failure leaves pictures. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { limit } from './until.ts';
import { windows } from './window.ts';

/** Hooks that start an editor and open its window: several waits. */
export const hook = { timeout: limit };

/** Declares a test. Windows that were open in it must have had no trouble: a content policy that was broken, a script that failed. */
export function scenario(name: string, body: (t: TestContext) => Promise<void>): void {
  void test(name, { timeout: limit }, async (t) => {
    try {
      await body(t);
      for (const { trouble } of windows) assert.deepEqual(trouble, [], 'complaints of the pages');
    } catch (error) {
      for (const window of windows) await window.shot(`failed ${name.replace(/\W+/g, '-').slice(0, 60)}`).catch(() => {});
      throw error;
    }
  });
}
