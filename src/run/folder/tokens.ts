/** `tokens/<iteration>.safetensors`: the per-token arrays of an iteration's trajectories, one after another, and where each starts. */
import { RunFolderError } from './errors.ts';
import { openSafetensors } from './safetensors-read.ts';
import type { Safetensors } from './safetensors-read.ts';
import type { StoredTensor, StoredTensors } from './safetensors.ts';
import type { ByteSource } from './source.ts';

/** Per-token numbers beside ids and mask; natural logarithms, nats for entropy. Those not known are left out, never 0. */
export const tokenChannels = ['logProb', 'refLogProb', 'value', 'advantage', 'entropy'] as const;
export type TokenChannel = (typeof tokenChannels)[number];

/** The tokens of one trajectory, all arrays of its length. `mask` is 1 where the policy wrote the token. */
export interface TokenRow extends Partial<Readonly<Record<TokenChannel, ArrayLike<number>>>> {
  /** The trajectory's id. */
  readonly id: string;
  readonly ids: ArrayLike<number>;
  readonly mask: ArrayLike<number>;
}

/** The name of the metadata entry that holds the trajectories' ids, as a JSON list. */
const idsLabel = 'trajectories';

/**
 * Joins rows to tensors: `offsets` I64 `[rows + 1]`, then `ids` I32, `mask` U8 and each channel F32, all `[tokens]`.
 * A channel must be in all rows or in none; else, or when lengths differ within a row, throws.
 */
export function packTokens(rows: readonly TokenRow[]): { tensors: StoredTensors; metadata: Record<string, string> } {
  const offsets = new BigInt64Array(rows.length + 1);
  let total = 0;
  rows.forEach((row, index) => {
    total += row.ids.length;
    offsets[index + 1] = BigInt(total);
  });
  const fill = <A extends Int32Array | Uint8Array | Float32Array>(into: A, name: string, of: (row: TokenRow) => ArrayLike<number> | undefined): A => {
    rows.forEach((row, index) => {
      const from = of(row);
      if (from?.length !== row.ids.length) {
        throw new Error(`Trajectory ${row.id} has ${row.ids.length} token ids and ${from ? from.length : 'no'} entries of ${name}; all its arrays need one length.`);
      }
      into.set(from, Number(offsets[index]));
    });
    return into;
  };
  const shape = [total];
  const tensors: Record<string, StoredTensor> = {
    offsets: { dtype: 'I64', shape: [offsets.length], data: offsets },
    ids: { dtype: 'I32', shape, data: fill(new Int32Array(total), 'ids', (row) => row.ids) },
    mask: { dtype: 'U8', shape, data: fill(new Uint8Array(total), 'mask', (row) => row.mask) },
  };
  for (const channel of tokenChannels) {
    if (!rows.some((row) => row[channel])) continue;
    tensors[channel] = { dtype: 'F32', shape, data: fill(new Float32Array(total), channel, (row) => row[channel]) };
  }
  return { tensors, metadata: { [idsLabel]: JSON.stringify(rows.map((row) => row.id)) } };
}

/** An iteration's tokens, opened: rows are read one at a time. */
export class TokenFile {
  readonly #file: Safetensors;
  readonly #offsets: BigInt64Array;
  readonly trajectoryIds: readonly string[];

  constructor(file: Safetensors, offsets: BigInt64Array, trajectoryIds: readonly string[]) {
    this.#file = file;
    this.#offsets = offsets;
    this.trajectoryIds = trajectoryIds;
  }

  /** The channels that the file has. */
  get channels(): TokenChannel[] {
    return tokenChannels.filter((channel) => this.#file.tensors.has(channel));
  }

  /** Reads the tokens of a trajectory; undefined when the file has none of that id. */
  async row(id: string): Promise<TokenRow | undefined> {
    const index = this.trajectoryIds.indexOf(id);
    if (index < 0) return undefined;
    const read = async (name: string): Promise<ArrayLike<number>> => {
      const { data } = await this.#file.readRows(name, Number(this.#offsets[index]), Number(this.#offsets[index + 1]));
      if (data instanceof BigInt64Array || data instanceof BigUint64Array) throw new Error(`"${name}" cannot hold 64-bit integers.`);
      return data;
    };
    const row: { -readonly [Key in keyof TokenRow]: TokenRow[Key] } = { id, ids: await read('ids'), mask: await read('mask') };
    for (const channel of this.channels) row[channel] = await read(channel);
    return row;
  }
}

/** Opens a token file. Throws `corrupt` when it is no valid one. */
export async function openTokens(source: ByteSource): Promise<TokenFile> {
  const file = await openSafetensors(source);
  const corrupt = (why: string): RunFolderError => new RunFolderError('corrupt', `${source.name} is no valid token file: ${why}. Delete it, or restore it from a copy.`, source.name);
  const wanted = { ids: 'I32', mask: 'U8', ...Object.fromEntries(tokenChannels.map((channel) => [channel, 'F32'])) };
  const total = file.tensors.get('ids')?.shape[0];
  for (const [name, dtype] of Object.entries(wanted)) {
    const place = file.tensors.get(name);
    if (!place && name !== 'ids' && name !== 'mask') continue;
    if (!place || place.dtype !== dtype || place.shape.length !== 1 || place.shape[0] !== total) throw corrupt(`"${name}" is no ${dtype} [tokens]`);
  }
  const offsets = await file.read('offsets');
  if (offsets.dtype !== 'I64' || offsets.shape.length !== 1 || offsets.data.length === 0) throw corrupt('"offsets" is no I64 [trajectories + 1]');
  const rising = offsets.data.every((offset, index) => offset >= (index === 0 ? 0n : offsets.data[index - 1]));
  if (!rising || offsets.data[0] !== 0n || offsets.data.at(-1) !== BigInt(total ?? 0)) throw corrupt('"offsets" do not divide its tokens');
  let ids: unknown;
  try {
    ids = JSON.parse(file.metadata[idsLabel] ?? '');
  } catch {
    ids = undefined;
  }
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) throw corrupt('it does not name its trajectories');
  if (ids.length !== offsets.data.length - 1) throw corrupt(`it names ${ids.length} trajectories and holds ${offsets.data.length - 1}`);
  return new TokenFile(file, offsets.data, ids);
}
