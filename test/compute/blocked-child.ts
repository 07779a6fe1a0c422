// A process whose engine blocks it, for watchman.test.ts: it is told what blocks, for how long, and the folder to leave word in.
import { join } from 'node:path';
import * as tf from '#tfjs';
import type { Engine } from '../../src/compute/engine.ts';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { watched } from '../../src/compute/watch.ts';
import { blanks, Watchman } from '../../src/compute/watchman.ts';
import { floats } from './both-engines.ts';

const [what, milliseconds, folder] = process.argv.slice(2);
/** As a native call does: nothing else of this thread goes on. */
const block = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(milliseconds));
const blocking: Engine = {
  name: 'onnx:webgpu', threads: 1,
  fetch: async () => { if (what === 'fetch') block(); return {}; },
  async compile() {
    if (what === 'compile') block();
    return { run: async () => { if (what === 'run') block(); return {}; }, dispose: async () => {} };
  },
};
/** Products that take a processor many seconds, in one native call. */
const products = ({ x }: { [name: string]: tf.Tensor }): { y: tf.Tensor } => {
  let y = x;
  for (let i = 0; i < 400; i++) y = tf.matMul(y as tf.Tensor2D, x as tf.Tensor2D);
  return { y };
};

const isReal = what === 'real';
const watchman = new Watchman();
const engine = watched(isReal ? new OnnxCpuEngine(1) : blocking, { seconds: isReal ? 40 : 20, tick: 50, watchman });
watchman.leave([
  { path: join(folder, 'whole.json'), beside: join(folder, 'whole.json.tmp'), value: { status: 'failed', error: { message: blanks.message }, end: blanks.at } },
  { path: join(folder, 'missing', 'log.jsonl'), value: {} },
  { path: join(folder, 'log.jsonl'), value: { at: blanks.at, message: blanks.message } },
]);
watchman.tell('To continue: resume it.');
const size = isReal ? 1200 : 1;
const compiled = await engine.compile(isReal ? products : () => ({}), { inputs: isReal ? { x: { shape: [size, size], dtype: 'float32' } } : {} });
process.stdout.write('compiled\n');
await compiled.run(isReal ? { x: floats([size, size], new Float32Array(size * size).fill(0.01)) } : {});
await engine.fetch?.({});
process.stdout.write('answered\n');
