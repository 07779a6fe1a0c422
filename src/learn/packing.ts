/** Sequences packed into batches of few shapes: programs are compiled for a shape, and padding is work for nothing. */
import type { HostTensor } from '../compute/engine.ts';
import { headSize, type PolicyConfig } from '../policy/config.ts';
import type { PackedSize } from '../policy/model/arrangements.ts';
import { fill, type Line } from './lines.ts';

/** A prompt and what followed. Sequences with equal `group` have the same prompt. */
export interface Sequence {
  readonly group: string;
  readonly prompt: readonly number[];
  readonly response: readonly number[];
  /** [response.length]: 1 where the policy chose the token. */
  readonly mask: ArrayLike<number>;
}

/** A batch in the arrangement `packed`: ids and positions of the rows of all lines. */
export interface PackedBatch {
  readonly size: PackedSize;
  /** Says all that the shapes depend on. */
  readonly key: string;
  readonly inputs: { readonly [name in 'ids' | 'positions' | 'prompts' | 'samples' | 'actionAt' | 'actionIds']: HostTensor };
  /** Of each action, where it came from: the sequence's index and the position in its response. */
  readonly actions: readonly { readonly sequence: number; readonly position: number }[];
  /** Length of per-action inputs, padding included. */
  readonly actionRows: number;
  /** Tokens that are no padding. */
  readonly tokens: number;
}

/** Rows of one forward and backward pass: enough to fill the cores, few enough for the memory of a laptop. */
export const updateRows = 2560;

/** Rows of logits are a share of all rows, one of few: each is a program, and with a wide vocabulary they cost as much as the model does. */
const actionShares = [0.125, 0.1875, 0.25, 0.375, 0.5, 0.625, 0.75, 1];

/** Lines are of few lengths, since programs are compiled for each: a power of two, or a multiple of 512. */
export const lengthClass = (n: number): number => (n > 512 ? Math.ceil(n / 512) * 512 : Math.max(16, 2 ** Math.ceil(Math.log2(n))));

/** The other length that lines may have whose longest sequence needs `length`: where the context has room for it. */
export const longerLine = (length: number, context: number): number => (2 * length <= Math.min(1024, lengthClass(context)) ? 2 * length : length);
/** Lines of another length are other programs to compile: less than a tenth of the work is not worth them. */
const worthwhile = 0.9;

/** What a policy computes for a row, as multiplications: with each of its weights, and in attention with each position of its line. */
function rowCost(config: PolicyConfig, length: number): number {
  const { layers, heads, keyValueHeads, feedForward, width } = config;
  const size = headSize(config);
  return layers * (width * (2 * (heads + keyValueHeads) * size + 3 * feedForward) + 2 * heads * size * length);
}

/**
 * Packs the chosen sequences into lines, of the length that is less work: in longer lines more samples meet their prompt,
 * and less is left over; each row attends to more.
 * @param chosen indices into `sequences`
 * @param rows of a batch at most, padding included; a single line may exceed it
 */
export function pack(config: PolicyConfig, sequences: readonly Sequence[], chosen: readonly number[], rows: number): PackedBatch[] {
  const items = chosen.map((index) => ({ index, ...sequences[index] }));
  const shorter = lengthClass(Math.max(...items.map(({ prompt, response }) => prompt.length + response.length)));
  const ways = [shorter, longerLine(shorter, config.context)].filter((each, i) => i === 0 || each <= rows).map((length) => ({ length, lines: fill(items, length) }));
  const work = ({ length, lines }: (typeof ways)[number]): number => lines.length * length * rowCost(config, length);
  const { lines, length } = ways.reduce((best, way) => (work(way) < worthwhile * work(best) ? way : best));
  const batches = Math.ceil(lines.length / Math.max(1, Math.floor(rows / length)));
  const each = Math.ceil(lines.length / batches);
  return Array.from({ length: batches }, (_, b) => packLines(sequences, lines.slice(b * each, (b + 1) * each), { lines: each, length }));
}

function packLines(sequences: readonly Sequence[], lines: readonly Line[], size: PackedSize): PackedBatch {
  const { length } = size;
  const rows = size.lines * length;
  const [ids, positions] = [new Int32Array(rows), new Int32Array(rows)];
  const [prompts, samples] = [new Float32Array(rows), new Float32Array(rows)];
  const at: number[] = [];
  const chosen: number[] = [];
  const actions: { sequence: number; position: number }[] = [];
  let tokens = 0;
  lines.forEach((line, l) => {
    let row = l * length;
    line.forEach(({ members }, p) => {
      const { prompt } = sequences[members[0]];
      const put = (text: readonly number[], from: number, sample: number): number => {
        ids.set(text, row);
        for (let i = 0; i < text.length; i++) positions[row + i] = from + i;
        prompts.fill(p + 1, row, row + text.length);
        samples.fill(sample, row, row + text.length);
        tokens += text.length;
        row += text.length;
        return row - text.length;
      };
      const promptEnd = put(prompt, 0, 0) + prompt.length - 1;
      members.forEach((sequence, s) => {
        const { response, mask } = sequences[sequence];
        const start = put(response, prompt.length, s + 1);
        for (let i = 0; i < response.length; i++) {
          if (!mask[i]) continue;
          at.push(i === 0 ? promptEnd : start + i - 1);
          chosen.push(response[i]);
          actions.push({ sequence, position: i });
        }
      });
    });
  });
  const actionRows = actionShares.map((share) => Math.ceil(rows * share)).find((n) => n >= actions.length)!;
  const padded = (data: number[]): HostTensor => {
    const all = new Int32Array(actionRows);
    all.set(data);
    return { shape: [actionRows], dtype: 'int32', data: all };
  };
  const shape = [size.lines, length];
  return {
    size, key: `${size.lines} ${length} ${actionRows}`, actions, actionRows, tokens,
    inputs: {
      ids: { shape: [rows], dtype: 'int32', data: ids },
      positions: { shape: [rows], dtype: 'int32', data: positions },
      prompts: { shape, dtype: 'float32', data: prompts },
      samples: { shape, dtype: 'float32', data: samples },
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
