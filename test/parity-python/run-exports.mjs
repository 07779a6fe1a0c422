// Opens the tokenizers of exports in transformers: `npm run test:exports`. transformers (280 MB with what it needs) is fetched once by pip, the
// tokenizers by `npm run test:llama-cpp`. Says so loudly and passes where it cannot have them, unless STEPTOOL_EXPORTS_LANE=required. With
// STEPTOOL_PYTHON, a Python that has torch, peft and gguf too, weights are opened as well.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheOf, lane, run } from '../lane.mjs';

const { skip, step } = lane('no export was opened by transformers', 'STEPTOOL_EXPORTS_LANE');
const python = process.env.STEPTOOL_PYTHON ?? (process.platform === 'win32' ? 'python' : 'python3');
const packages = ['transformers==5.23.0', 'jinja2==3.1.6'];
const tokenizers = process.env.STEPTOOL_TOKENIZERS ?? join(cacheOf('llama-cpp-lane'), 'tokenizers');
if (!existsSync(tokenizers)) skip('npm run test:llama-cpp fetches the tokenizers.');

/** Runs a line of Python. @returns what it prints; undefined if it fails */
function said(code, env = {}) {
  const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8', env: { ...process.env, ...env } });
  return status === 0 ? stdout.trim() : undefined;
}

/** The folder that has the packages, some of which are compiled for one Python, fetched unless it is there. */
function fetched() {
  const version = said('import sys; print("%d.%d" % sys.version_info[:2])');
  if (version === undefined) skip(`${python} does not run.`);
  const folder = join(cacheOf('exports-lane'), `python ${version} ${packages.join(' ')}`.replace(/[^\w.]+/g, '-'));
  if (existsSync(folder)) return folder;
  const parts = `${folder}.part`;
  rmSync(parts, { recursive: true, force: true });
  step(`pip install ${packages.join(' ')}`, python, ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '--target', parts, ...packages]);
  renameSync(parts, folder);
  return folder;
}

const path = process.env.STEPTOOL_PYTHON ? {} : { PYTHONPATH: [fetched(), process.env.PYTHONPATH].filter(Boolean).join(delimiter) };
if (said('import transformers, jinja2', path) === undefined) skip(`${python} has no transformers and jinja2.`);
const tests = ['exports-of-gguf', ...(process.env.STEPTOOL_PYTHON ? ['exports', 'scripts'] : [])].map((name) => join('test', 'parity', `${name}.test.ts`));
process.exit(run([join('src', 'build', 'test.mjs'), ...tests], { STEPTOOL_PYTHON: python, STEPTOOL_TOKENIZERS: tokenizers, ...path }));
