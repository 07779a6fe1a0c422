/** Probing an engine in a process of its own, so that a driver that crashes or hangs takes nothing of ours along. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { explain } from './explain.ts';
import { begun, parseResult, type ProbeRequest, type ProbeResult } from './result.ts';
import { untried } from './untried.ts';

export interface ProbeOptions {
  /** How long the engine may take, once its process runs: loading a large library from a slow disk takes some seconds. */
  readonly seconds?: number;
  /** How long its process may take to begin: only a machine that has no time for us at all takes that long. */
  readonly startSeconds?: number;
  /** The program that answers, and the words before the request; for tests. */
  readonly program?: readonly [file: string, ...words: string[]];
  readonly env?: NodeJS.ProcessEnv;
}

const self = fileURLToPath(import.meta.url);

/** The command line answers: in the bundle this file is a part of it, in a checkout it stands above. */
const ownProgram: readonly [string, ...string[]] = [self.endsWith('.ts') ? fileURLToPath(new URL('../../cli.ts', import.meta.url)) : self, 'engines', 'probe'];

/** Text that is kept of what a child writes: drivers can be chatty. */
const most = 20_000;

/** Seconds after which an engine counts as hung. A policy takes seconds on a card; on a slow processor minutes, but it does end. */
export const patienceFor = ({ name, policy }: ProbeRequest): number => (!policy ? 60 : name.endsWith(':cpu') ? 1800 : 180);

/** Never rejects: that an engine does not work is a result. */
export async function probe(request: ProbeRequest, { seconds = patienceFor(request), startSeconds = 300, program = ownProgram, env = process.env }: ProbeOptions = {}): Promise<ProbeResult> {
  const { name } = request;
  const why = untried(request);
  if (why && program === ownProgram) return why;
  const [file, ...words] = program;
  const { NODE_TEST_CONTEXT: _, ...rest } = env;
  // TensorFlow's warnings name the library that it lacks, which its errors do not
  const inherited = { ...rest, TF_CPP_MIN_LOG_LEVEL: rest['TF_CPP_MIN_LOG_LEVEL'] ?? '1' };
  const child = fork(file, [...words, JSON.stringify(request)], { env: inherited, execArgv: process.execArgv.filter((word) => !word.startsWith('--inspect')), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-most); });
  return new Promise((resolve) => {
    let answer: ProbeResult | undefined;
    let isLate = false;
    const within = (limit: number): NodeJS.Timeout => setTimeout(() => { isLate = true; child.kill('SIGKILL'); }, limit * 1000);
    let timer = within(startSeconds);
    const end = (how: { readonly code: number | null; readonly signal: string | null; readonly error?: Error }): void => {
      clearTimeout(timer);
      resolve(answer ? explain(answer, said) : unanswered(request, said, isLate ? { late: seconds } : how));
    };
    child.on('message', (message) => {
      if (message === begun) {
        clearTimeout(timer);
        timer = within(seconds);
      } else answer ??= parseResult(message, name);
    });
    child.on('error', (error) => end({ code: null, signal: null, error }));
    child.on('close', (code, signal) => end({ code, signal }));
  });
}

type End = { readonly late: number } | { readonly code: number | null; readonly signal: string | null; readonly error?: Error };

function unanswered({ name, policy }: ProbeRequest, said: string, end: End): ProbeResult {
  if ('late' in end)
    return { name, ok: false, trouble: 'hung', reason: `it did not answer within ${end.late} s`, remedy: `${policy ? 'A card that the processor computes is too slow to be of use. With a real one: restart' : 'Restart'} the machine or update the driver of the graphics card; steptool doctor tries again.` };
  const last = said.trim().split('\n').at(-1)?.slice(0, 200);
  const how = end.error?.message ?? (end.signal ? `the signal ${end.signal}` : `exit code ${end.code}`);
  return { name, ok: false, trouble: 'crashed', reason: `its process ended with ${how}${last ? `: ${last}` : ''}`, remedy: 'Update the driver of the graphics card, or use another engine.' };
}
