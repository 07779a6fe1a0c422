/**
 * Python literals, as the released training files have them in their cells: read, never evaluated. What Python's
 * `ast.literal_eval` reads is read here with the same meaning, but for complex numbers and characters by name (`\N{…}`),
 * which are refused, as is everything that is no literal: names, calls, operators, f-strings.
 */
import { readText } from './literal-text.ts';
import { LiteralError, literalLimits, type Literal, type LiteralLimits } from './literal.ts';

/**
 * Reads a text that is one literal, with blanks and comments around it.
 * @throws LiteralError for everything else
 */
export function parseLiteral(text: string, limits: LiteralLimits = literalLimits): Literal {
  if (text.length > limits.length) throw new LiteralError(`The text has ${text.length} characters; at most ${limits.length} are read.`, limits.length);
  const nul = text.indexOf('\0');
  if (nul >= 0) throw new LiteralError('There is a NUL character.', nul);
  return new Reader(text, limits).all();
}

const blanks = /(?:[ \t\f]|\\(?:\r\n|\r|\n)|#[^\r\n]*)*/y;
const blanksAndLines = /(?:[ \t\f\r\n]|\\(?:\r\n|\r|\n)|#[^\r\n]*)*/y;
const numeral = /(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:[0-9](?:_?[0-9])*)?\.[0-9](?:_?[0-9])*(?:[eE][+-]?[0-9](?:_?[0-9])*)?|[0-9](?:_?[0-9])*(?:\.(?:[eE][+-]?[0-9](?:_?[0-9])*)?|[eE][+-]?[0-9](?:_?[0-9])*)?)/y;
const word = /[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}_]*/uy;
const quote = /[A-Za-z]{0,2}['"]/y;
const leadingZeros = /^0[_0]*[1-9]/;
/** Digits of an integer that are read: a longer one takes quadratic time, and Python itself refuses it. */
const mostDigits = 4300;

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string, private readonly limits: LiteralLimits) {}

  all(): Literal {
    this.match(blanksAndLines);
    const start = this.at;
    const first = this.value();
    this.skip();
    // the comma makes the tuple, brackets or not
    const value: Literal = this.text[this.at] === ',' ? { kind: 'tuple', at: start, items: this.rest(first, undefined) } : first;
    this.match(blanksAndLines);
    if (this.at < this.text.length) throw this.unexpected('Expected the end of the literal');
    return value;
  }

  private value(): Literal {
    const { at, text } = this;
    const character = text[at];
    switch (character) {
      case '[': return this.within(() => ({ kind: 'list', at, items: this.items(']') }));
      case '(': return this.within(() => this.bracketed(at));
      case '{': return this.within(() => this.braced(at));
      case '-':
      case '+': {
        this.at++;
        this.skip();
        const number = this.number();
        if (!number) throw this.unexpected('Expected a number behind the sign');
        return character === '+' ? { ...number, at } : { ...number, at, value: -number.value, ...(number.exact === undefined ? {} : { exact: -number.exact }) };
      }
    }
    if (this.looksAt(quote)) return this.strings();
    return this.number() ?? this.named();
  }

  /** Strings next to each other are one. */
  private strings(): Literal {
    const { at } = this;
    const parts: (string | Uint8Array)[] = [];
    do {
      const { value, end } = readText(this.text, this.at);
      if (parts.length > 0 && typeof parts[0] !== typeof value) throw new LiteralError('A string and bytes stand next to each other.', this.at);
      parts.push(value);
      this.at = end;
      this.skip();
    } while (this.looksAt(quote));
    const texts = parts.filter((part) => typeof part === 'string');
    return texts.length > 0 ? { kind: 'string', at, value: texts.join('') } : { kind: 'bytes', at, value: Uint8Array.from(parts.flatMap((part) => [...(part as Uint8Array)])) };
  }

  private number(): Extract<Literal, { kind: 'number' }> | undefined {
    const { at } = this;
    const found = this.match(numeral);
    if (found === undefined) return undefined;
    const digits = found.replaceAll('_', '');
    if (this.looksAt(word)) throw new LiteralError(/[jJ]/.test(this.text[this.at]) ? 'Complex numbers are not read.' : `Unexpected ${JSON.stringify(this.text[this.at])} behind the number ${short(found)}.`, this.at);
    const isInteger = /^(?:0[xXoObB]|[0-9]+$)/.test(digits);
    if (!isInteger) return { kind: 'number', at, value: Number(digits) };
    if (leadingZeros.test(found)) throw new LiteralError(`${short(found)} begins with a zero, which Python does not read as an integer.`, at);
    if (digits.length > mostDigits) throw new LiteralError(`An integer of ${digits.length} digits; at most ${mostDigits} are read.`, at);
    const exact = BigInt(digits);
    const value = Number(exact);
    return Number.isSafeInteger(value) ? { kind: 'number', at, value } : { kind: 'number', at, value, exact };
  }

  private named(): Literal {
    const { at } = this;
    const name = this.match(word);
    switch (name) {
      case 'None': return { kind: 'none', at };
      case 'True': return { kind: 'boolean', at, value: true };
      case 'False': return { kind: 'boolean', at, value: false };
      case 'set': {
        this.skip();
        if (this.take('(')) {
          this.depth++;
          this.skip();
          this.depth--;
          if (this.take(')')) return { kind: 'set', at, items: [] };
        }
        throw new LiteralError('"set" is no literal, but for the empty set, set().', at);
      }
      case undefined: throw this.unexpected('Expected a literal');
      default: throw new LiteralError(`${short(name)} is a name and no literal; None, True and False are.`, at);
    }
  }

  private bracketed(at: number): Literal {
    if (this.take(')')) return { kind: 'tuple', at, items: [] };
    const first = this.value();
    this.skip();
    if (this.take(')')) return first;
    return { kind: 'tuple', at, items: this.rest(first, ')') };
  }

  private braced(at: number): Literal {
    if (this.take('}')) return { kind: 'dict', at, entries: [] };
    const first = this.key();
    if (!this.take(':')) return { kind: 'set', at, items: this.take('}') ? [first] : this.rest(first, '}', () => this.key()) };
    const entries: [Literal, Literal][] = [];
    for (let key = first; ; key = this.key()) {
      if (entries.length > 0 && !this.take(':')) throw this.unexpected('Expected ":" behind the key');
      this.skip();
      entries.push([key, this.value()]);
      this.skip();
      if (this.take('}')) return { kind: 'dict', at, entries };
      if (!this.take(',')) throw this.unexpected('Expected "," or "}"');
      this.skip();
      if (this.take('}')) return { kind: 'dict', at, entries };
    }
  }

  /** A key of a dictionary, or a member of a set. */
  private key(): Literal {
    const key = this.value();
    if (!isHashable(key)) throw new LiteralError(`A ${key.kind} can be no key of a dictionary and no member of a set.`, key.at);
    this.skip();
    return key;
  }

  private items(closing: string): Literal[] {
    if (this.take(closing)) return [];
    const first = this.value();
    this.skip();
    return this.take(closing) ? [first] : this.rest(first, closing);
  }

  /** What follows a first item, up to `closing`, or to the end of a tuple without brackets; a comma may come last. */
  private rest(first: Literal, closing: string | undefined, next = (): Literal => this.value()): Literal[] {
    const items = [first];
    for (;;) {
      if (!this.take(',')) {
        if (closing === undefined) return items;
        throw this.unexpected(`Expected "," or "${closing}"`);
      }
      this.skip();
      if (closing === undefined ? this.at === this.text.length || /[\r\n]/.test(this.text[this.at]) : this.take(closing)) return items;
      items.push(next());
      this.skip();
      if (closing !== undefined && this.take(closing)) return items;
    }
  }

  /** Steps over an opening bracket and the blanks behind it. */
  private within(read: () => Literal): Literal {
    if (++this.depth > this.limits.depth) throw new LiteralError(`More than ${this.limits.depth} brackets within each other.`, this.at);
    this.at++;
    this.skip();
    const value = read();
    this.depth--;
    return value;
  }

  private skip(): void {
    this.match(this.depth > 0 ? blanksAndLines : blanks);
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private unexpected(expected: string): LiteralError {
    const found = this.at < this.text.length ? JSON.stringify(String.fromCodePoint(this.text.codePointAt(this.at)!)) : 'the end';
    return new LiteralError(`${expected}, found ${found}.`, this.at);
  }
}

function isHashable(literal: Literal): boolean {
  return literal.kind === 'tuple' ? literal.items.every(isHashable) : literal.kind !== 'list' && literal.kind !== 'dict' && literal.kind !== 'set';
}

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
