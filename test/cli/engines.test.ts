// steptool engines, and the doctor's table of them, as users call them. Nothing is fetched from a network.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { engineRows } from '../../src/cli/doctor-engines.ts';
import { progressLine } from '../../src/cli/engines-progress.ts';
import type { ProbeResult } from '../../src/compute/probe/result.ts';
import { folderWith, program } from './program.ts';

const works = (name: ProbeResult['name'], steps: number): ProbeResult => ({ name, ok: true, device: 'a card', threads: 2, memory: 1.28e8, products: 1.8e11, steps, difference: 3e-8 });

test('the table: those that work with their figures, the fastest marked, then the others with reason and remedy', () => {
  const rows = engineRows([
    works('onnx:webgpu', 61.4), works('onnx:cpu', 569.3), { ...works('reference', 0), products: 0 } as ProbeResult,
    { name: 'onnx:cuda', ok: false, trouble: 'hung', reason: 'it did not answer within 60 s', remedy: 'Restart\u001b[31m the machine.' },
  ]);
  assert.deepEqual(rows, [
    'engine        device   threads   MB    GFLOP/s   steps/s   differs',
    'onnx:webgpu   a card   2         128   180       61        3e-8',
    'onnx:cpu *    a card   2         128   180       569       3e-8',
    'reference     a card   2         128   –         –         3e-8',
    '* what "auto" takes: the most steps of a small layer.',
    'MB: memory of the process that tried it, the program and the driver included; what a card holds is not in it. Differs: the largest difference from the reference.',
    '',
    'onnx:cuda   hangs   it did not answer within 60 s. Restart·[31m the machine.',
  ]);
});

test('where a policy was measured, the table has its speeds and says what they are', () => {
  const policy = { parameters: 918_785, decode: 21_300.4, train: 4100, traffic: { decode: { up: 1, down: 1 }, train: { up: 1, down: 1 } } };
  const rows = engineRows([works('onnx:webgpu', 61.4), { ...works('onnx:cpu', 569.3), policy } as ProbeResult]);
  assert.deepEqual(rows.slice(0, 3), [
    'engine        device   threads   MB    GFLOP/s   steps/s   decode   train   differs',
    'onnx:webgpu   a card   2         128   180       61        –        –       3e-8',
    'onnx:cpu *    a card   2         128   180       569       21,300   4,100   3e-8',
  ]);
  assert.equal(rows.at(-1), 'Decode, train: tokens/s of a policy of 918,785 parameters, written in 64 episodes at once, and in the training step.');
});

test('beside what can be installed stands how it is done without a network', () => {
  const rows = engineRows([{ name: 'tensorflow:gpu', ok: false, trouble: 'missing', reason: 'it is not installed', remedy: 'steptool engines install tensorflow-gpu.' }]);
  assert.equal(rows.at(-1), 'Without a network: steptool engines install <what> --from <file or folder>.');
});

test('where nothing was timed, nothing is called the fastest', () => {
  assert.ok(!engineRows([{ ...works('onnx:cpu', 0), products: 0 } as ProbeResult]).join('\n').includes('*'));
});

test('progress: a line at each tenth for a log', () => {
  let text = '';
  const progress = progressLine({ write: (more) => { text += more; }, isTerminal: false, columns: 80, paint: undefined as never });
  for (let done = 0; done <= 400e6; done += 10e6) progress.show({ done, all: 400e6 });
  progress.end();
  assert.deepEqual(text.split('\n').slice(0, 3), ['0.0 MB of 400 MB, 0 %', '40 MB of 400 MB, 10 %', '80 MB of 400 MB, 20 %']);
  assert.equal(text.trim().split('\n').length, 11);
});

test('what cannot be installed, and how it is spelled', async (t) => {
  const env = { STEPTOOL_HOME: folderWith(t) };
  const cases: [string[], RegExp][] = [
    [['install'], /^steptool engines: Say what to install: tensorflow-cpu, tensorflow-gpu or cuda\.\n/],
    [['remove'], /^steptool engines: Say what to remove: /],
    [['install', 'pytorch'], /'pytorch' is nothing that can be installed\. Give tensorflow-cpu, tensorflow-gpu or cuda\.\n/],
    [['install', 'tensorflow_gpu'], /'tensorflow_gpu' is nothing that can be installed\. Did you mean 'tensorflow-gpu'\?\n/],
    [['instal', 'cuda'], /'instal' is none of list, install and remove\. Did you mean 'install'\?\n/],
    [['list', 'cuda'], /'cuda' is one word too many: list shows all engines\.\n/],
    [['list', '--from', 'x'], /--from is for install alone\.\n/],
    [['remove', 'cuda', '--sha256', '00'], /--sha256 is for install alone\.\n/],
    [['install', 'cuda', '--sha256', 'abc'], /--sha256 is 'abc': give 64 hexadecimal digits/],
  ];
  for (const [args, err] of cases) {
    const ended = await program(['engines', ...args], { env });
    assert.equal(ended.code, 2);
    assert.match(ended.err, err);
  }
  assert.deepEqual(await program(['engines', 'remove', 'cuda'], { env }), { code: 0, out: 'cuda is not installed.\n', err: '' });
});

test('an engine that is installed and does not work is removed again, and says why', async (t) => {
  const home = folderWith(t);
  const file = join(home, 'other', 'node_modules', '@tensorflow', 'tfjs-node', 'package.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0", "main": "index.js" }');
  writeFileSync(join(dirname(file), 'index.js'), "throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found at path: x');");
  const { code, out, err } = await program(['engines', 'install', 'tensorflow-cpu', '--from', join(home, 'other')], { env: { STEPTOOL_HOME: home } });
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /trying tensorflow:cpu\n.*was installed and does not work: its addon for Node was not built\. .*It was removed\./);
  assert.equal(existsSync(join(home, 'engines', 'tensorflow-cpu')), false);
  assert.deepEqual(readdirSync(join(home, 'engines')), []);
});

test('the list has every engine, and the embedded one works', async (t) => {
  const { code, out } = await program(['engines', '--json'], { env: { STEPTOOL_HOME: folderWith(t) } });
  assert.equal(code, 0);
  const { engines } = JSON.parse(out) as { engines: ProbeResult[] };
  assert.deepEqual(engines.map(({ name }) => name).sort(), ['onnx:coreml', 'onnx:cpu', 'onnx:cuda', 'onnx:dml', 'onnx:webgpu', 'reference', 'tensorflow:cpu', 'tensorflow:gpu']);
  assert.ok(engines.find(({ name }) => name === 'onnx:cpu')?.ok);
  assert.ok(engines.every((each) => each.ok || (each.reason !== '' && each.remedy !== '')));
});
