import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import type { Dialogue, Fragment } from './dialogue/dialogue.ts';
import { stepTool } from './dialogue/formats.ts';
import { exactPreTokenizer } from './pre-tokenizer.ts';
import { byteCharacters, byteTable } from './token-bytes.ts';

export { byteCharacters };

/** The control tokens that frame a dialogue of the embedded policy. Texts never become them: only this program writes them, by id. */
export const controlTokens = ['<|end|>', '<|system|>', '<|user|>', '<|assistant|>', '<|tool|>'] as const;
export type ControlToken = (typeof controlTokens)[number];

interface Encoder {
  readonly library: HuggingFaceTokenizer;
  readonly known: Map<string, readonly number[]>;
}

interface TokenizerJson {
  added_tokens: { id: number; content: string; special?: boolean }[];
  model: { vocab: Record<string, number>; unk_token?: string | null };
}

/** What a checkpoint decides beside its tokenizer.json. */
export interface TokenizerOptions {
  /** Rows of the embedding, where there are more of them than tokens. */
  readonly vocabulary?: number;
  /** How dialogues are framed; the embedded policy's form where left out. */
  readonly dialogue?: Dialogue;
  /** Control tokens that end a turn, beside the dialogue's own. */
  readonly endTokens?: readonly string[];
  /** Control token that begins every sequence. */
  readonly startToken?: string;
}

/**
 * A BPE tokenizer in Hugging Face's tokenizer.json form, and the dialogue format that goes with it. Text is encoded
 * without its added tokens, so that a tool's output that spells out `<|end|>` stays text.
 */
export class Tokenizer {
  readonly vocabulary: number;
  readonly dialogue: Dialogue;
  /** Ends a turn where the policy did not end it itself. */
  readonly end: number;
  /** All tokens that end a turn. */
  readonly ends: ReadonlySet<number>;
  private readonly start: readonly number[];
  /** What no text may become. */
  private readonly special: ReadonlySet<number>;
  /** For text that begins a sequence, and for text behind a token: before the latter some tokenizers put no space. */
  private readonly encoders: readonly [first: Encoder, within: Encoder];
  private readonly control = new Map<string, number>();
  /** The bytes of each token; none for control tokens. */
  private readonly bytes: Uint8Array[];

  /** @throws if a control token of the dialogue format is missing from the file. */
  constructor(json: unknown, private readonly where: string, options: TokenizerOptions = {}) {
    const { added_tokens: added, model } = parseTokenizer(json, where);
    this.dialogue = options.dialogue ?? stepTool;
    const cuts = [false, true].map((within) => exactPreTokenizer((json as { pre_tokenizer?: unknown }).pre_tokenizer, within));
    const encoder = (cut: unknown): Encoder => ({ library: new HuggingFaceTokenizer({ ...(json as object), added_tokens: [], pre_tokenizer: cut }, {}), known: new Map() });
    const first = encoder(cuts[0]);
    this.encoders = [first, JSON.stringify(cuts[0]) === JSON.stringify(cuts[1]) ? first : encoder(cuts[1])];
    for (const { content, id } of added) this.control.set(content, id);
    if (this.dialogue === stepTool) for (const token of controlTokens) this.id(token);
    let most = -1;
    for (const id of [...Object.values(model.vocab), ...this.control.values()]) most = Math.max(most, id);
    this.vocabulary = Math.max(most + 1, options.vocabulary ?? 0);
    const shown = new Set(added.flatMap(({ content, special }) => (special === false || this.dialogue.spoken?.includes(content) ? [content] : [])));
    this.bytes = byteTable(json, model.vocab, this.control, shown, this.vocabulary);
    this.special = new Set(added.flatMap(({ content, id, special }) => (special === false || content === model.unk_token ? [] : [id])));
    this.end = this.id(this.dialogue.end);
    this.ends = new Set([this.end, ...(options.endTokens ?? []).map((token) => this.id(token))]);
    this.start = options.startToken === undefined ? [] : [this.id(options.startToken)];
  }

  /**
   * Ids of a text; never a control token.
   * @param within whether it stands behind a token rather than first
   */
  encode(text: string, within = false): readonly number[] {
    const { library, known } = this.encoders[within ? 1 : 0];
    const before = known.get(text);
    if (before) return before;
    const ids = text === '' ? [] : library.encode(text, { add_special_tokens: false }).ids;
    for (const id of ids)
      if (this.special.has(id) || !(id >= 0 && id < this.vocabulary)) throw new Error(`${this.where}: a text became the control token ${id}; this tokenizer cannot be used safely.`);
    if (known.size > 50_000) known.clear();
    known.set(text, ids);
    return ids;
  }

  /** Fragments of a dialogue as ids, behind others: control tokens by name, all else as text. */
  ids(fragments: readonly Fragment[]): number[] {
    return this.fragments(fragments, true);
  }

  private fragments(fragments: readonly Fragment[], within: boolean): number[] {
    return this.stretches(fragments).flatMap((fragment, i) => (fragment.kind === 'control' ? [this.id(fragment.token)] : this.encode(fragment.text, within || i > 0)));
  }

  /**
   * Texts that follow each other as one: a tokenizer that puts a space before each stretch of text would put one where a query begins.
   * The embedded format was trained with each of its texts on its own.
   */
  private stretches(fragments: readonly Fragment[]): readonly Fragment[] {
    if (this.dialogue === stepTool) return fragments;
    const result: Fragment[] = [];
    for (const fragment of fragments) {
      const last = result.at(-1);
      if (fragment.kind === 'text' && last?.kind === 'text') result[result.length - 1] = { kind: 'text', text: last.text + fragment.text };
      else result.push(fragment);
    }
    return result;
  }

  /** What the policy sees first, the token that begins every sequence included, once: templates may write it too. */
  prompt(fragments: readonly Fragment[]): number[] {
    const ids = this.fragments(fragments, false);
    return this.start[0] === ids[0] ? ids : [...this.start, ...ids];
  }

  /** @throws if there is no such control token */
  id(token: string): number {
    const id = this.control.get(token);
    if (id === undefined) throw new Error(`${this.where} has no token ${token}; it was not made for this dialogue format.`);
    return id;
  }

  /** The text of some ids: bytes that are no valid UTF-8 become U+FFFD, control tokens nothing. */
  decode(ids: Iterable<number>): string {
    const parts = Array.from(ids, (id) => this.bytes[id] ?? new Uint8Array());
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts));
  }

  /** The text of some ids for people: control tokens by their names. */
  spell(ids: Iterable<number>): string {
    const names = new Map([...this.control].map(([name, id]) => [id, name]));
    let [text, run]: [string, number[]] = ['', []];
    for (const id of ids) {
      const name = names.get(id);
      if (name === undefined) run.push(id);
      else [text, run] = [text + this.decode(run) + name, []];
    }
    return text + this.decode(run);
  }
}

function parseTokenizer(json: unknown, where: string): TokenizerJson {
  const fields = json as Partial<TokenizerJson> | null;
  if (typeof fields !== 'object' || fields === null || !Array.isArray(fields.added_tokens) || typeof fields.model?.vocab !== 'object')
    throw new Error(`${where} is not a tokenizer.json with 'added_tokens' and 'model.vocab'.`);
  return fields as TokenizerJson;
}
