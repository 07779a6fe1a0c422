/** What is quoted of a trainer that failed: the reason, as the real command line writes it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastWords } from '../../src/editor/trainer-said.ts';

const lines = (text: string): string[] => text.split('\n');

test('a file with errors: that it has them, and the first of them, not their number', () => {
  const said = lastWords(lines(`Some warning before.
steptool train: the experiment has errors.

bad.steptool.json:1:15 error unknown-key: There is no "gama" in "credit". Did you mean "gamma"?
  1 | { "credit": { "gama": 1, "lambda": 7 } }
    |               ^^^^^^
  fix: Change to "gamma"

bad.steptool.json:1:36 error out-of-range: "credit.lambda" takes a number, 0 to 1; found 7.
  1 | { "credit": { "gama": 1, "lambda": 7 } }
    |                                    ^
  fix: Change to 1

2 errors`));
  assert.equal(said, 'the experiment has errors. bad.steptool.json:1:15 error unknown-key: There is no "gama" in "credit". Did you mean "gamma"? bad.steptool.json:1:36 error out-of-range: "credit.lambda" takes a number, 0 to 1; found 7.');
});

test('wrong usage: what is wrong, not where help is', () => {
  assert.equal(lastWords(['steptool resume: There is no run folder x.', 'See: steptool resume --help']), 'There is no run folder x.');
});

test('an exception that nobody caught, and a heap that is full: what it says, neither its places in the code nor the version of Node', () => {
  assert.equal(lastWords(lines(`iteration 7 of 9
file:///x/cli.mjs:12
    throw new TypeError('no tensor');
          ^

TypeError: no tensor
    at run (file:///x/cli.mjs:12:11)
    at main (file:///x/cli.mjs:20:3)

Node.js v24.21.0`)), 'TypeError: no tensor');
  assert.equal(lastWords(lines(`<--- Last few GCs --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb8ced1 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]`)), 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory');
});

test('what is none of these is quoted by its last lines; a long text is cut', () => {
  assert.equal(lastWords(['one', 'two', '', 'three', '']), 'two three');
  assert.equal(lastWords(['steptool train: first', 'steptool train: the disk is full.', 'Free some space.']), 'the disk is full. Free some space.');
  assert.equal(lastWords(['\u001b[31msteptool train:\u001b[39m the disk is full.']), 'the disk is full.');
  assert.equal(lastWords(['', '  ']), '');
  assert.ok(lastWords([`steptool train: ${'x'.repeat(5000)}`]).length < 510);
});
