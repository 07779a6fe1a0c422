import { control, controlsOf, tokenOf, type Dialogue, type Fragment } from './dialogue/dialogue.ts';
import { stepTool } from './dialogue/formats.ts';
import { strip, type Strip } from './dialogue/strip.ts';
import { encodersOf, type Encoder } from './encoder.ts';
import type { Position } from './pre-tokenizer.ts';
import { byteCharacters, byteTable } from './token-bytes.ts';
import { parseTokenizer, withoutTokens } from './tokenizer-json.ts';

export { byteCharacters };

/** The control tokens that frame a dialogue of the embedded policy. Texts never become them: only this program writes them, by id. */
export const controlTokens = ['<|end|>', '<|system|>', '<|user|>', '<|assistant|>', '<|tool|>'] as const;
export type ControlToken = (typeof controlTokens)[number];

/** What a checkpoint decides beside its tokenizer.json. */
export interface TokenizerOptions {
  /** Rows of the model's embedding, where they are known: there may be more of them than tokens, or fewer. */
  readonly vocabulary?: number;
  /** How dialogues are framed; the embedded policy's form where left out. */
  readonly dialogue?: Dialogue;
  /** Control tokens that end a turn, beside the dialogue's own. */
  readonly endTokens?: readonly string[];
  /** Control token that begins every sequence, but prompts of a format that begins them itself. */
  readonly startToken?: string;
}

/** One of {@link Tokenizer.changes}. */
export const noSpace = 'no space before a turn that follows text';

/**
 * A BPE tokenizer in Hugging Face's tokenizer.json form, and the dialogue format that goes with it. Text is encoded
 * without its added tokens, so that a tool's output that spells out `<|end|>` stays text.
 */
export class Tokenizer {
  /** Rows of the embedding: ids are below it. */
  readonly vocabulary: number;
  /** Ids that the tokenizer itself has tokens for: they are below it. */
  readonly tokens: number;
  readonly dialogue: Dialogue;
  /** What a format has between a turn and what follows. Put there where the policy did not write it. */
  readonly end: number;
  /** All tokens that end a turn where the policy writes them. */
  readonly ends: ReadonlySet<number>;
  /** Whether sequences begin with the token that the file has for it: a chat template may write none, and then has none. */
  readonly begins: boolean;
  /** What its ids have otherwise than earlier versions had for the same dialogues: a run goes on with what it began with. */
  readonly changes: readonly string[];
  /** Whether a stretch of text behind text has other ids than behind a control token. */
  readonly tellsText: boolean;
  private readonly start: readonly number[];
  /** What no text may become. */
  private readonly special: ReadonlySet<number>;
  private readonly strips: ReadonlyMap<string, Strip>;
  /** What a turn follows. */
  private readonly opening: Fragment | undefined;
  private readonly encoders: Readonly<Record<Position, Encoder>>;
  private readonly control = new Map<string, number>();
  /** The bytes of each token; none for control tokens. */
  private readonly bytes: Uint8Array[];

  /**
   * @throws if the file is no tokenizer.json with a BPE, if a control token of the dialogue format is missing from it, or if the model
   *   has no row of its embedding for one of these, or for a token that texts become
   */
  constructor(json: unknown, private readonly where: string, options: TokenizerOptions = {}) {
    const { added_tokens: added, model } = parseTokenizer(json, where);
    this.dialogue = options.dialogue ?? stepTool;
    for (const { content, id } of added) this.control.set(content, id);
    let most = -1;
    for (const id of [...Object.values(model.vocab), ...this.control.values()]) most = Math.max(most, id);
    this.tokens = most + 1;
    this.vocabulary = options.vocabulary ?? this.tokens;
    const lost = most < this.vocabulary ? undefined : Object.keys(model.vocab).find((token) => model.vocab[token] >= this.vocabulary && !this.control.has(token));
    if (lost !== undefined) throw this.withoutRow(lost, model.vocab[lost]);
    const { end } = this.dialogue;
    const ends = new Set([end, ...(options.endTokens ?? [])]);
    const specials = added.filter(({ content, special }) => content !== model.unk_token && (special !== false || ends.has(content)));
    const controls = new Set(specials.map(({ content }) => content));
    // control tokens may be in the vocabulary as well, and those that are added, as padding, may lack a row: no text becomes them
    this.encoders = encodersOf({ ...(json as object), added_tokens: [], model: withoutTokens(model, (token, id) => id >= this.vocabulary || controls.has(token)) });
    this.end = this.id(end);
    this.ends = new Set([...ends].map((token) => this.id(token)));
    this.start = options.startToken === undefined ? [] : [this.id(options.startToken)];
    for (const token of controlsOf(this.dialogue)) this.id(token);
    this.strips = new Map(added.flatMap(({ content, lstrip, rstrip }) => (lstrip || rstrip ? [[content, { before: lstrip === true, behind: rstrip === true }]] : [])));
    // whitespace that a token takes is no text between it and the turn
    this.opening = strip(this.stretches(this.dialogue.observation('')), this.strips, this.dialogue.end).findLast((fragment) => fragment.kind === 'control' || fragment.text !== '');
    const { spoken } = this.dialogue;
    // what ends a turn is no part of what it says, whether the file calls it special or not
    const shown = added.filter(({ id, content, special }) => !this.ends.has(id) && (special === false || spoken?.includes(content)));
    this.begins = options.startToken !== undefined && (!this.dialogue.beginsItself || tokenOf(this.dialogue.prompt({ tools: [], query: '' })[0]) === options.startToken);
    this.tellsText = this.encoders.behindText !== this.encoders.behindToken;
    const goesOn = this.opening?.kind === 'text' && this.tellsText;
    this.changes = [...(this.begins || options.startToken === undefined ? [] : ['no token that begins sequences before a chat template that writes none']), ...(goesOn ? [noSpace] : [])];
    this.bytes = byteTable(json, model.vocab, this.control, new Set(shown.map(({ content }) => content)), this.vocabulary);
    this.special = new Set(specials.map(({ id }) => id));
  }

  /** Ids of a text; never a control token. */
  encode(text: string, position: Position = 'first'): readonly number[] {
    const { library, known } = this.encoders[position];
    const before = known.get(text);
    if (before) return before;
    const ids = text === '' ? [] : library.encode(text, { add_special_tokens: false }).ids;
    for (const id of ids)
      if (this.special.has(id) || !(id >= 0 && id < this.vocabulary)) throw new Error(`${this.where}: a text became the control token ${id}; this tokenizer cannot be used safely.`);
    if (known.size > 50_000) known.clear();
    known.set(text, ids);
    return ids;
  }

  /**
   * Fragments of a dialogue as ids, behind others: control tokens by name, all else as text.
   * @param behind the fragment that they follow, where it is known
   */
  ids(fragments: readonly Fragment[], behind?: Fragment): number[] {
    return this.fragments(fragments, behind?.kind === 'text' ? 'behindText' : 'behindToken', behind);
  }

  /** A turn as ids, with the token that ends it. */
  turn(fragments: readonly Fragment[]): number[] {
    return this.ids([...fragments, control(this.dialogue.end)], this.opening);
  }

  private fragments(fragments: readonly Fragment[], position: Position, behind?: Fragment): number[] {
    return strip(this.stretches(fragments), this.strips, tokenOf(behind)).flatMap((fragment, i) => (fragment.kind === 'control' ? [this.id(fragment.token)] : this.encode(fragment.text, i > 0 ? 'behindToken' : position)));
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

  /** What the policy sees first. */
  prompt(fragments: readonly Fragment[]): number[] {
    return this.dialogue.beginsItself ? this.fragments(fragments, 'first') : this.sequence(fragments);
  }

  /** What begins a sequence, the token for that included, once: the fragments may have it, too. */
  sequence(fragments: readonly Fragment[]): number[] {
    const ids = this.fragments(fragments, 'first');
    return this.start[0] === ids[0] ? ids : [...this.start, ...ids];
  }

  /** @throws if there is no such control token, or no row of the embedding for it */
  id(token: string): number {
    const id = this.control.get(token);
    if (id === undefined) throw new Error(`${this.where} has no token ${token}; it was not made for this dialogue format.`);
    if (id >= this.vocabulary) throw this.withoutRow(token, id);
    return id;
  }

  private withoutRow(token: string, id: number): Error {
    return new Error(`${this.where}: the token ${token} has the id ${id}, and the model's embedding has ${this.vocabulary} rows. Name the tokenizer that the model was trained with, or another policy.dialogue.`);
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
