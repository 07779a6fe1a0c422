// A GGUF file small enough to damage in every way: one layer of a Llama, plain numbers, a vocabulary of a few tokens.

type Value = string | number | boolean | readonly string[] | readonly number[];

const utf8 = new TextEncoder();

class Writer {
  private readonly parts: number[] = [];

  get length(): number { return this.parts.length; }
  bytes(values: Iterable<number>): void { this.parts.push(...values); }
  u32(value: number): void { this.bytes(new Uint8Array(Uint32Array.of(value).buffer)); }
  u64(value: number): void { this.bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)); }
  f32(value: number): void { this.bytes(new Uint8Array(Float32Array.of(value).buffer)); }
  string(value: string): void { const encoded = utf8.encode(value); this.u64(encoded.length); this.bytes(encoded); }
  pad(to: number): void { while (this.length % to) this.parts.push(0); }
  done(): Uint8Array { return Uint8Array.from(this.parts); }

  value(value: Value): void {
    if (typeof value === 'string') { this.u32(8); this.string(value); }
    else if (typeof value === 'boolean') { this.u32(7); this.bytes([value ? 1 : 0]); }
    else if (typeof value === 'number') { this.u32(Number.isInteger(value) ? 4 : 6); if (Number.isInteger(value)) this.u32(value); else this.f32(value); }
    else if (typeof value[0] === 'string') { this.u32(9); this.u32(8); this.u64(value.length); for (const text of value as string[]) this.string(text); }
    else { this.u32(9); this.u32(5); this.u64(value.length); for (const number of value as number[]) this.u32(number); }
  }
}

interface Differences {
  readonly architecture?: string;
  readonly heads?: number;
  readonly inner?: number;
  /** A tensor to leave out. */
  readonly without?: string;
  /** Values to have in place of others or beside them; undefined leaves one out. */
  readonly metadata?: Readonly<Record<string, Value | undefined>>;
  /** Tensors that the file has besides. */
  readonly extra?: readonly (readonly [name: string, numbers: readonly number[]])[];
  /** Numbers of types that tensors claim to be of; what is written stays float32. */
  readonly types?: Readonly<Record<string, number>>;
}

/** @returns the file, and the weights that a reader should find, by our names */
export function tinyGguf({ architecture = 'llama', heads = 2, inner = 12, without = '', metadata: changed = {}, extra = [], types = {} }: Differences = {}): { bytes: Uint8Array; weights: Record<string, number[]> } {
  const [width, vocabulary] = [8, 6];
  const all: Record<string, Value | undefined> = {
    'general.architecture': architecture, 'llama.block_count': 1, 'llama.context_length': 32, 'llama.embedding_length': width, 'llama.feed_forward_length': inner,
    'llama.attention.head_count': heads, 'llama.attention.head_count_kv': 1, 'llama.attention.layer_norm_rms_epsilon': 1e-5, 'llama.rope.freq_base': 10000.5,
    'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.pre': 'smollm', 'tokenizer.ggml.tokens': ['<|end|>', 'a', 'b', 'c', 'ab', 'abc'],
    'tokenizer.ggml.token_type': [3, 1, 1, 1, 1, 1], 'tokenizer.ggml.merges': ['a b', 'ab c'], 'tokenizer.ggml.eos_token_id': 0, 'tokenizer.ggml.add_bos_token': false,
    ...changed,
  };
  const metadata = Object.entries(all).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  const layer = 'model.layers.0.';
  const shapes: [string, string, number[]][] = [
    ['token_embd.weight', 'model.embed_tokens.weight', [vocabulary, width]], ['output_norm.weight', 'model.norm.weight', [width]],
    ['blk.0.attn_norm.weight', `${layer}input_layernorm.weight`, [width]], ['blk.0.attn_q.weight', `${layer}self_attn.q_proj.weight`, [width, width]],
    ['blk.0.attn_k.weight', `${layer}self_attn.k_proj.weight`, [4, width]], ['blk.0.attn_v.weight', `${layer}self_attn.v_proj.weight`, [4, width]],
    ['blk.0.attn_output.weight', `${layer}self_attn.o_proj.weight`, [width, width]], ['blk.0.ffn_norm.weight', `${layer}post_attention_layernorm.weight`, [width]],
    ['blk.0.ffn_gate.weight', `${layer}mlp.gate_proj.weight`, [inner, width]], ['blk.0.ffn_up.weight', `${layer}mlp.up_proj.weight`, [inner, width]],
    ['blk.0.ffn_down.weight', `${layer}mlp.down_proj.weight`, [width, inner]],
  ];
  const written: [string, string, number[], (readonly number[])?][] = [...shapes.filter(([name]) => name !== without), ...extra.map(([name, numbers]): [string, string, number[], readonly number[]] => [name, name, [numbers.length], numbers])];
  const writer = new Writer();
  writer.bytes(utf8.encode('GGUF'));
  writer.u32(3);
  writer.u64(written.length);
  writer.u64(metadata.length);
  for (const [key, value] of metadata) { writer.string(key); writer.value(value); }
  let offset = 0;
  const data = new Writer();
  const weights: Record<string, number[]> = {};
  for (const [name, ours, shape, given] of written) {
    writer.string(name);
    writer.u32(shape.length);
    for (const n of shape.toReversed()) writer.u64(n);
    writer.u32(types[name] ?? 0);
    writer.u64(offset);
    const numbers = given ?? Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 4);
    for (const number of numbers) data.f32(number);
    data.pad(32);
    offset = data.length;
    // of heads of 4 rows, the file has rows 0, 2, 1, 3 of Hugging Face's: pairs (0, 2) and (1, 3) side by side
    const rows = /attn_[qk]\./.test(name) ? Array.from({ length: shape[0] }, (_, row) => (row & ~3) + [0, 2, 1, 3][row & 3]) : undefined;
    weights[ours] = rows ? rows.flatMap((row) => numbers.slice(row * width, (row + 1) * width)) : [...numbers];
  }
  writer.pad(32);
  writer.bytes(data.done());
  return { bytes: writer.done(), weights };
}
