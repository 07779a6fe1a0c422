/** The Python beside which the bench measures: one that is named, or a virtual environment of its own, made once. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const packages = ['torch==2.13.0', 'transformers==5.23.0'];
const home = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'steptool', 'pytorch-lane');
const within = (folder: string): string => (process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python'));

/** The path of a Python that has both packages, or why there is none. `STEPTOOL_PYTHON` names one. */
export function findPython(): { readonly python: string } | { readonly why: string } {
  const has = (python: string): boolean => spawnSync(python, ['-c', 'import torch, transformers'], { stdio: 'ignore' }).status === 0;
  const named = process.env['STEPTOOL_PYTHON'];
  if (named !== undefined && named !== '') return has(named) ? { python: named } : { why: `${named} cannot import torch and transformers.` };
  const python = within(home);
  if (existsSync(python) && has(python)) return { python };
  for (const [program, args] of [[process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', home]], [python, ['-m', 'pip', 'install', '--quiet', ...packages]]] as const) {
    console.error(`${program} ${args.join(' ')} …`);
    const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    if (error || status !== 0) return { why: error?.message ?? stderr.trim().split('\n').slice(-2).join(' ') };
  }
  return has(python) ? { python } : { why: `${packages.join(' and ')} were installed into ${home} and cannot be imported.` };
}

export interface Worker {
  /** Sends a request and gives its answer. Throws with Python's words. */
  ask(request: object): Promise<Readonly<Record<string, number>>>;
  close(): void;
}

/** Starts the worker; it dies with this process. */
export async function openWorker(python: string): Promise<Worker & { readonly version: string }> {
  const child = spawn(python, [fileURLToPath(new URL('worker.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`Python ended (exit code ${child.exitCode ?? 'none'}).`);
    return JSON.parse(value as string) as Record<string, unknown>;
  };
  process.on('exit', () => child.kill());
  const { torch } = await answer();
  return {
    version: String(torch),
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const said = await answer();
      if (said['error'] !== undefined) throw new Error(String(said['error']));
      return said as Record<string, number>;
    },
    close: () => void child.kill(),
  };
}
