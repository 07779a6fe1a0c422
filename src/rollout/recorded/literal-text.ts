/** Python's string and bytes literals: prefixes, quotes, escapes. */
import { LiteralError } from './literal.ts';

const opening = /([A-Za-z]{0,2})('''|"""|'|")/y;
const simple: Readonly<Record<string, string>> = { '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
/** Escapes with hexadecimal digits, and how many. */
const hexadecimal: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Reads the string or bytes that begins at `start`, where there is a quote, or a prefix and a quote.
 * @returns its value, and where it ends. Surrogates that are escaped one by one are kept as they are.
 * @throws LiteralError where it is not closed, has an escape that means nothing, or a prefix that is no literal's
 */
export function readText(text: string, start: number): { value: string | Uint8Array; end: number } {
  opening.lastIndex = start;
  const [whole, prefix, quotes] = opening.exec(text)!;
  const letters = prefix.toLowerCase();
  if (/[ft]/.test(letters)) throw new LiteralError('An f-string is computed and no literal.', start);
  if (!['', 'r', 'u', 'b', 'br', 'rb'].includes(letters)) throw new LiteralError(`${prefix} is no prefix of a string.`, start);
  const [isRaw, isBytes] = [letters.includes('r'), letters.includes('b')];
  const parts: string[] = [];
  let at = start + whole.length;
  const stop = new RegExp(String.raw`\\|[\r\n]|${quotes}`, 'g');
  for (;;) {
    stop.lastIndex = at;
    const found = stop.exec(text);
    if (!found) throw new LiteralError(`The ${isBytes ? 'bytes are' : 'string is'} not closed by ${quotes}.`, start);
    const plain = text.slice(at, found.index);
    if (isBytes && /[^\x00-\x7f]/.test(plain)) throw new LiteralError('Bytes are written in ASCII characters.', at);
    parts.push(plain);
    at = found.index;
    if (found[0] === quotes) break;
    if (found[0] === '\\') {
      const escaped = isRaw ? rawEscape(text, at) : escape(text, at, isBytes);
      parts.push(escaped.value);
      at = escaped.end;
    } else if (quotes.length === 1) throw new LiteralError(`The ${isBytes ? 'bytes are' : 'string is'} not closed by ${quotes} before the end of the line.`, start);
    else {
      parts.push('\n'); // whatever ends a line of the file
      at = endOfLine(text, at);
    }
  }
  const value = parts.join('');
  return { value: isBytes ? Uint8Array.from(value, (character) => character.charCodeAt(0)) : value, end: at + quotes.length };
}

/** Behind a line's end: one character, or the two of Windows. */
const endOfLine = (text: string, at: number): number => at + (text.startsWith('\r\n', at) ? 2 : 1);
const isLineEnd = (character: string): boolean => character === '\r' || character === '\n';

/** In a raw string a backslash keeps the quote behind it from closing, and stays. */
function rawEscape(text: string, at: number): { value: string; end: number } {
  const next = /[\x00-\x7f]/.exec(text.charAt(at + 1))?.[0] ?? '';
  return isLineEnd(next) ? { value: '\\\n', end: endOfLine(text, at + 1) } : { value: `\\${next}`, end: at + 1 + next.length };
}

function escape(text: string, at: number, isBytes: boolean): { value: string; end: number } {
  const next = text.charAt(at + 1);
  if (isLineEnd(next)) return { value: '', end: endOfLine(text, at + 1) };
  if (Object.hasOwn(simple, next)) return { value: simple[next], end: at + 2 };
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal !== undefined) {
    const code = Number.parseInt(octal, 8);
    return { value: String.fromCharCode(isBytes ? code & 0xff : code), end: at + 1 + octal.length };
  }
  // bytes have no characters beyond 255: there the longer escapes mean themselves
  if (Object.hasOwn(hexadecimal, next) && (next === 'x' || !isBytes)) {
    const length = hexadecimal[next];
    const digits = text.slice(at + 2, at + 2 + length);
    if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) throw new LiteralError(`\\${next} needs ${length} hexadecimal digits behind it.`, at);
    const code = Number.parseInt(digits, 16);
    if (code > 0x10ffff) throw new LiteralError(`\\${next}${digits} is beyond the last character, U+10FFFF.`, at);
    return { value: String.fromCodePoint(code), end: at + 2 + length };
  }
  if (next === 'N' && !isBytes) throw new LiteralError('Characters by name (\\N{…}) are not read.', at);
  const known = /[\x00-\x7f]/.test(next) ? next : ''; // what is no ASCII is read as text
  return { value: `\\${known}`, end: at + 1 + known.length }; // an unknown escape means itself
}
