/** Sequences dealt into batches of few shapes: programs are compiled for a shape, and padding is work for nothing. */
import type { HostTensor } from '../compute/engine.ts';
import { hidden } from '../policy/model/attention.ts';
import type { ForkedSize } from '../policy/model/arrangements.ts';

/** A prompt and what followed. Sequences with equal `group` have the same prompt. */
export interface Sequence {
  readonly group: string;
  readonly prompt: readonly number[];
  readonly response: readonly number[];
  /** [response.length]: 1 where the policy chose the token. */
  readonly mask: ArrayLike<number>;
}

/** A batch in the arrangement `forked`: ids and positions of all stems, then of all branches. */
export interface PackedBatch {
  readonly size: ForkedSize;
  /** Says all that the shapes depend on. */
  readonly key: string;
  readonly inputs: { readonly [name in 'ids' | 'positions' | 'stemMask' | 'actionAt' | 'actionIds']: HostTensor };
  /** Of each action, where it came from: the sequence's index and the position in its response. */
  readonly actions: readonly { readonly sequence: number; readonly position: number }[];
  /** Length of per-action inputs, padding included. */
  readonly actionRows: number;
  /** Tokens that are no padding. */
  readonly tokens: number;
}

export interface PackingOptions {
  /** Rows of a batch at most, padding included; a single prompt with its samples may exceed it. */
  readonly rows: number;
  /** Samples that share one copy of their prompt at most. */
  readonly branches: number;
}

/** One copy of a prompt with a few of its samples, by index. */
interface Unit {
  readonly members: readonly number[];
  readonly stem: number;
  readonly length: number;
}

const roundUp = (n: number, step: number): number => Math.max(step, Math.ceil(n / step) * step);
const stemClass = (n: number): number => (n <= 8 ? 8 : roundUp(n, 64));
/** Few classes: a program that has to be compiled costs more than a batch of padding. */
const lengthClass = (n: number): number => roundUp(n, n <= 256 ? 64 : 128);

/**
 * Packs the chosen sequences. Samples of a prompt stand together in order of length, prompts in order of their longest
 * sample, so that what shares a batch is of like length.
 * @param chosen indices into `sequences`
 */
export function pack(sequences: readonly Sequence[], chosen: readonly number[], options: PackingOptions): PackedBatch[] {
  const units = unitsOf(sequences, chosen, options.branches).sort((a, b) => b.length - a.length || b.stem - a.stem || a.members[0] - b.members[0]);
  const branches = Math.max(...units.map(({ members }) => members.length));
  const stemLength = Math.max(...units.map(({ stem }) => stem));
  const batches: PackedBatch[] = [];
  for (let start = 0; start < units.length;) {
    const { length } = units[start];
    const left = units.length - start;
    let count = 1;
    while (count * 2 <= left && count * 2 * (stemLength + branches * length) <= options.rows) count *= 2;
    batches.push(packUnits(sequences, units.slice(start, start + count), { stems: count, stemLength, branches, length }));
    start += count;
  }
  return batches;
}

function unitsOf(sequences: readonly Sequence[], chosen: readonly number[], branches: number): Unit[] {
  const groups = new Map<string, number[]>();
  for (const index of chosen) {
    const members = groups.get(sequences[index].group);
    if (members) members.push(index);
    else groups.set(sequences[index].group, [index]);
  }
  const units: Unit[] = [];
  for (const members of groups.values()) {
    members.sort((a, b) => sequences[b].response.length - sequences[a].response.length || a - b);
    for (let start = 0; start < members.length; start += branches) {
      const some = members.slice(start, start + branches);
      const { prompt, response } = sequences[some[0]];
      units.push({ members: some, stem: stemClass(prompt.length), length: lengthClass(response.length) });
    }
  }
  return units;
}

function packUnits(sequences: readonly Sequence[], units: readonly Unit[], size: ForkedSize): PackedBatch {
  const { stems, stemLength, branches, length } = size;
  const rows = stems * (stemLength + branches * length);
  const ids = new Int32Array(rows);
  const positions = new Int32Array(rows);
  const stemMask = new Float32Array(stems * stemLength).fill(hidden);
  const at: number[] = [];
  const chosen: number[] = [];
  const actions: { sequence: number; position: number }[] = [];
  let tokens = 0;
  units.forEach(({ members }, stem) => {
    const { prompt } = sequences[members[0]];
    const stemRow = stem * stemLength;
    ids.set(prompt, stemRow);
    for (let i = 0; i < prompt.length; i++) positions[stemRow + i] = i;
    stemMask.fill(0, stemRow, stemRow + prompt.length);
    tokens += prompt.length;
    members.forEach((sequence, branch) => {
      const { response, mask } = sequences[sequence];
      const row = stems * stemLength + (stem * branches + branch) * length;
      ids.set(response, row);
      tokens += response.length;
      for (let i = 0; i < response.length; i++) {
        positions[row + i] = prompt.length + i;
        if (!mask[i]) continue;
        at.push(i === 0 ? stemRow + prompt.length - 1 : row + i - 1);
        chosen.push(response[i]);
        actions.push({ sequence, position: i });
      }
    });
  });
  const branchRows = stems * branches * length;
  const actionRows = [0.5, 0.75, 1].map((share) => Math.ceil(branchRows * share)).find((n) => n >= actions.length)!;
  const padded = (data: number[]): HostTensor => {
    const all = new Int32Array(actionRows);
    all.set(data);
    return { shape: [actionRows], dtype: 'int32', data: all };
  };
  return {
    size, key: `${stems} ${stemLength} ${branches} ${length} ${actionRows}`, actions, actionRows, tokens,
    inputs: {
      ids: { shape: [rows], dtype: 'int32', data: ids },
      positions: { shape: [rows], dtype: 'int32', data: positions },
      stemMask: { shape: [stems, stemLength], dtype: 'float32', data: stemMask },
      actionAt: padded(at),
      actionIds: padded(chosen),
    },
  };
}

/** A per-action input: `value` of each action, 0 for padding. */
export function perAction(batch: PackedBatch, value: (sequence: number, position: number) => number): HostTensor {
  const data = new Float32Array(batch.actionRows);
  batch.actions.forEach(({ sequence, position }, i) => { data[i] = value(sequence, position); });
  return { shape: [batch.actionRows], dtype: 'float32', data };
}
