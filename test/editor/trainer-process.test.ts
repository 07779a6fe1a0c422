/** The trainer's process, a real one: how its end is told, and which Node runs it. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { chooseNode, type Machine } from '../../src/editor/trainer-node.ts';
import { startTrainer, type Trainer } from '../../src/editor/trainer-process.ts';
import { temporaryFolder } from '../run/folder-help.ts';
import { inEnglish } from './fake-parts.ts';
import { Editor } from './fake.ts';

/** Starts a program of the test's own as the trainer. */
function start(t: TestContext, program: string): { trainer: Trainer; ready: Promise<void> } {
  const folder = temporaryFolder(t);
  const commandLine = join(folder, 'program.cjs');
  writeFileSync(commandLine, program);
  const { api, log } = new Editor().host;
  let isReady = (): void => {};
  const ready = new Promise<void>((resolve) => { isReady = resolve; });
  const later = (milliseconds: number, action: () => void): (() => void) => {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  };
  return { trainer: startTrainer({ api, fork, commandLine, log, later }, ['train'], folder, { message: isReady }), ready };
}

test('a trainer that was let go still tells its end, with all that it said', async (t) => {
  const { trainer, ready } = start(t, `
    process.on('disconnect', () => { process.stdout.write('checkpoint written\\nlast words'); process.exitCode = 130; });
    process.send('ready');`);
  await ready;
  trainer.release();
  assert.deepEqual(await trainer.ended, { kind: 'stopped' });
  assert.deepEqual(trainer.output, ['checkpoint written', 'last words']);
});

test('a trainer that listens to nothing is killed', async (t) => {
  const { trainer, ready } = start(t, `process.on('SIGTERM', () => {}); process.on('message', () => process.kill(process.pid, 'SIGKILL')); process.send('ready');`);
  await ready;
  trainer.stopNow();
  assert.deepEqual(await trainer.ended, { kind: 'failed', said: 'The trainer was ended by SIGKILL.' });
});

test('what a trainer started and left behind does not hide its end', async (t) => {
  const { trainer } = start(t, `
    const left = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    left.unref();
    process.stdout.write(String(left.pid) + '\\n', () => process.exit(0));`);
  assert.deepEqual(await trainer.ended, { kind: 'done' });
  process.kill(Number(trainer.output[0]), 'SIGKILL'); // it was still there
});

const machine = (changes: Partial<Machine>): Machine => ({
  isElectron: true, path: ['/old', '/new'], platform: 'linux',
  version: (program) => (program.includes('new') ? Promise.resolve('v24.1.0\n') : program.includes('old') ? Promise.resolve('v18.0.0\n') : Promise.reject(new Error('ENOENT'))),
  ...changes,
});

test('which Node trains: the configured one, a real one, or that of the editor', async () => {
  assert.equal(await chooseNode('/new/node', inEnglish, machine({})), '/new/node');
  assert.equal((await chooseNode('', inEnglish, machine({})))?.replaceAll('\\', '/'), '/new/node');
  assert.equal((await chooseNode('', inEnglish, machine({ platform: 'win32' })))?.replaceAll('\\', '/'), '/new/node.exe');
  assert.equal(await chooseNode('', inEnglish, machine({ path: ['/old'] })), undefined);
  assert.equal(await chooseNode('', inEnglish, machine({ isElectron: false })), undefined);
  await assert.rejects(chooseNode('/old/node', inEnglish, machine({})), /nodePath is \/old\/node, which is v18\.0\.0\. Give the path of a Node 20 or newer/);
  await assert.rejects(chooseNode('/no/such', inEnglish, machine({})), /nodePath is \/no\/such, which cannot be run: ENOENT/);
});
