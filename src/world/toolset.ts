// Between a policy's words and a task's tools: reads the call, checks it, runs it within its limits, and gives every way it can
// go a typed outcome. The texts are ToolBench's `{"error": …, "response": …}`, spaced as Python's json.dumps spaces them, because
// the released rule for a successful call looks at exactly that prefix (steptool.md 1.4 and 4.4).
import { cut, echo, parseArguments, wrongWith } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { finishAction, giveAnswer, giveUp, toolOutcomes } from './tool.ts';
import type { Json, Observation, Tool, ToolOutcome } from './tool.ts';
import type { Session, Task } from './world.ts';

/** What a step asks for: a call as written, or text that could not be read as one. */
export type Action =
  | { readonly kind: 'call'; readonly name: string; readonly args: string }
  | { readonly kind: 'unreadable'; readonly text: string };

export interface CallLimits {
  /** Longest observation, in characters (UTF-16 units) with the `...` that marks a cut. */
  readonly observationCharacters: number;
  /** Longest time for one call, in seconds. */
  readonly seconds: number;
  /** Stops a waiting call because the whole run stops: `act` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** 1024 characters as in ToolBench, 15 s as its time-out for real tools. */
export const defaultLimits: CallLimits = { observationCharacters: 1024, seconds: 15 };

/** Node fires a timer that waits longer than this at once, milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** JSON spaced as Python's json.dumps spaces it: `{"a": 1, "b": [2, 3]}`. */
export function spacedJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${spacedJson(inner)}`).join(', ')}}`;
}

/** The observation in ToolBench's form. */
export const observation = (outcome: ToolOutcome, error: string, response: Json = ''): Observation =>
  ({ outcome, text: spacedJson({ error, response }) });

/** A tool as a prompt lists it: `name(required, optional?)`. */
export const signature = (tool: Tool): string =>
  `${tool.name}(${[...tool.required.map(({ name }) => name), ...tool.optional.map(({ name }) => `${name}?`)].join(', ')})`;

/** A call that may be made, or the observation of one that needs no tool: wrong in itself, or the end of the episode. */
export type Prepared =
  | { readonly kind: 'ready'; readonly name: string; readonly args: Arguments }
  | { readonly kind: 'settled'; readonly observation: Observation };

const settled = (outcome: ToolOutcome, error: string, response: Json = ''): Prepared =>
  ({ kind: 'settled', observation: observation(outcome, error, response) });

function finish(text: string): Prepared {
  const read = parseArguments(text);
  if (!read.ok) return settled('invalidFinish', read.error);
  const { return_type: type, final_answer: answer } = read.args;
  if (type === giveUp) return settled('gaveUp', '', 'Gave up');
  if (type !== giveAnswer) return settled('invalidFinish', `return_type must be ${giveAnswer} or ${giveUp}`);
  if (typeof answer !== 'string' || answer.trim() === '') return settled('invalidFinish', 'final_answer must be a text that is not empty');
  return settled('answered', '', 'Answer given');
}

/** Checks an action against the task's tools. Names must match exactly: ToolBench's suffix match takes `r` for `weather` (4.4). */
export function prepare(task: Task, action: Action): Prepared {
  if (action.kind === 'unreadable') return settled('unreadableCall', 'No call found. Write an action and its input');
  if (action.name === finishAction) return finish(action.args);
  const tool = task.tools.find(({ name }) => name === action.name);
  if (!tool) return settled('unknownTool', `No such function name: ${echo(action.name)}`);
  const read = parseArguments(action.args);
  if (!read.ok) return settled('invalidArguments', read.error);
  const wrong = wrongWith(tool, read.args);
  return wrong ? settled('invalidArguments', wrong) : { kind: 'ready', name: tool.name, args: read.args };
}

const isObservation = (value: unknown): value is Observation =>
  typeof value === 'object' && value !== null && typeof (value as Observation).text === 'string' &&
  toolOutcomes.includes((value as Observation).outcome);

const broken = (reason: unknown): Observation =>
  observation('error', `Tool failed: ${reason instanceof Error ? reason.message : String(reason)}`);

/** Waits for a call, but no longer than `seconds` and only until `limits.signal` fires. */
function within(call: Promise<Observation>, limits: CallLimits, stop: AbortController): Promise<Observation> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      clearTimeout(timer);
      stop.abort(limits.signal?.reason);
      reject(limits.signal?.reason);
    };
    const timer = setTimeout(() => {
      limits.signal?.removeEventListener('abort', cancel);
      stop.abort(new Error('time-out'));
      resolve(observation('timeout', `Timed out after ${limits.seconds} seconds`));
    }, Math.min(limits.seconds * 1000, longestTimer));
    const settle = (result: Observation): void => {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', cancel);
      resolve(result);
    };
    limits.signal?.addEventListener('abort', cancel, { once: true });
    call.then(settle, (reason: unknown) => settle(broken(reason)));
  });
}

/**
 * One action of an attempt and what comes of it. Never throws for what the policy or a tool did wrong; rejects only with the
 * reason of `limits.signal`, when the run is being stopped. Tools that answer at once are not waited for with a timer.
 */
export async function act(session: Session, task: Task, action: Action, limits: CallLimits = defaultLimits): Promise<Observation> {
  limits.signal?.throwIfAborted();
  const prepared = prepare(task, action);
  const seen = prepared.kind === 'settled' ? prepared.observation : await call(session, prepared.name, prepared.args, limits);
  return { outcome: seen.outcome, text: cut(seen.text, limits.observationCharacters) };
}

async function call(session: Session, name: string, args: Arguments, limits: CallLimits): Promise<Observation> {
  const stop = new AbortController();
  try {
    const answer = session.call(name, args, stop.signal);
    const seen = answer instanceof Promise ? await within(answer, limits, stop) : answer;
    return isObservation(seen) ? seen : broken('it answered with something that is no observation');
  } catch (reason) {
    if (limits.signal?.aborted) throw reason;
    return broken(reason);
  }
}
