/**
 * The watchman's thread. Its code is a text, because it must begin the same from sources and from a bundle, where it has no file of its
 * own; and it may use nothing but Node, because the thread that could load more is the one that hangs.
 */

/** Numbers that the two threads share. `pending`: calls that were not answered yet; `beats` changes while their thread is alive. */
export const cell = { pending: 0, beats: 1, call: 2, verdict: 3 } as const;
export const cells = Object.keys(cell).length;

/** Stand in last words for what is only known in the end: what was late, and the time. */
export const blanks = { message: '\0message', at: '\0at' } as const;

export interface Call {
  /** Milliseconds, counted by ticks: a process that was stopped for an hour has seen one tick. */
  readonly limit: number;
  readonly tick: number;
  /** What is told when it is late. */
  readonly message: string;
}

/** A JSON value with {@link blanks}. With `beside`, a free name in the same folder, it takes the file's place whole; without, it becomes the last line. */
export interface LastWord {
  readonly path: string;
  readonly beside?: string;
  readonly value: object;
}

export type Order = { readonly call: Call } | { readonly words: readonly LastWord[] } | { readonly advice: string };

export const threadCode = String.raw`
'use strict';
const { parentPort, workerData: { state, cell, blanks, hungSignal, orders } } = require('node:worker_threads');
const fs = require('node:fs');
const calls = [];
let words = [], advice = '', tick = 1000, timer, seen = -1, waited = 0;

function hear(order) {
  if (order.words) words = order.words;
  else if (order.advice !== undefined) advice = order.advice;
  else {
    calls.push(order.call);
    tick = Math.min(tick, order.call.tick);
    clearInterval(timer);
    timer = setInterval(look, tick);
  }
}

function look() {
  const beats = Atomics.load(state, cell.beats);
  const call = calls[Atomics.load(state, cell.call)];
  if (Atomics.load(state, cell.pending) === 0 || beats !== seen || !call) {
    seen = beats;
    waited = 0;
    return;
  }
  waited += tick;
  if (waited < call.limit) return;
  Atomics.store(state, cell.verdict, 1);
  if (Atomics.load(state, cell.beats) === beats) return end(call.message);
  Atomics.store(state, cell.verdict, 0); // it has answered at the last moment
  Atomics.notify(state, cell.verdict);
}

function end(message) {
  clearInterval(timer);
  const at = new Date().toISOString();
  const json = (value, indent) => JSON.stringify(value, (_, each) => (each === blanks.message ? message : each === blanks.at ? at : each), indent) + '\n';
  for (const { path, beside, value } of words) {
    try {
      if (beside === undefined) write(path, fs.constants.O_APPEND, json(value));
      else {
        write(beside, fs.constants.O_CREAT | fs.constants.O_EXCL, json(value, 2));
        fs.renameSync(beside, path);
      }
    } catch {} // the next word may be heard
  }
  try {
    fs.writeSync(2, '\nsteptool: ' + message + '\n' + (advice && advice + '\n'));
  } catch {}
  process.kill(process.pid, hungSignal);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2000); // a driver may have taken the other signal for itself
}

function write(path, how, text) {
  const handle = fs.openSync(path, how | fs.constants.O_WRONLY | (fs.constants.O_NOFOLLOW ?? 0), 0o666);
  try {
    fs.writeSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

orders.forEach(hear);
parentPort.on('message', hear);
`;
