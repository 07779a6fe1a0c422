/**
 * A training process whose engine blocks it in the first update of the second iteration: for hung.test.ts. Like the command line, it
 * does its work in a process of its own. Its arguments are the experiment file, and the milliseconds after which it is given up.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { takeSignals } from '../../../src/cli/stop.ts';
import type { Engine } from '../../../src/compute/engine.ts';
import { ProgramCache } from '../../../src/compute/program-cache.ts';
import { watched } from '../../../src/compute/watch.ts';
import { watchman } from '../../../src/compute/watchman.ts';
import { validateExperiment } from '../../../src/config/validate.ts';
import { dieWithParent, leaveWord, needsRespawn, respawn } from '../../../src/run/respawn.ts';
import { openSetup } from '../../../src/run/training/setup.ts';
import { startRun } from '../../../src/run/training/start.ts';

const [path, milliseconds] = process.argv.slice(2);
dieWithParent();
if (needsRespawn()) process.exit(await respawn(fileURLToPath(import.meta.url), process.argv.slice(2)));

let isDue = false;
const blocking = (engine: Engine): Engine => ({
  name: engine.name, threads: engine.threads,
  async compile(program, signature) {
    const compiled = await engine.compile(program, signature);
    return {
      run: (inputs, into) => {
        if (isDue) {
          process.stderr.write('blocked\n');
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // nothing of this thread goes on, as in a native call
        }
        return compiled.run(inputs, into);
      },
      dispose: () => compiled.dispose(),
    };
  },
});
const open: typeof openSetup = async (...from) => {
  const setup = await openSetup(...from);
  return { ...setup, programs: new ProgramCache(watched(blocking(setup.engine.engine), { seconds: Number(milliseconds) / 50, tick: 50, watchman })) };
};
const text = readFileSync(path);
await startRun({ path, text, experiment: validateExperiment(text.toString('utf8'), { name: 'tiny' }).experiment! }, (event) => {
  if (event.kind === 'started') {
    leaveWord(`The run so far is in ${event.folder}.`);
    watchman.tell(`The run so far is in ${event.folder}.`);
  }
  if (event.kind === 'updating' && event.iteration === 2) isDue = true;
}, takeSignals(() => {}, () => process.exit(130)).request, open);
