/** From the text of an experiment file to a tree whose nodes know their place in the text. */
import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Problem } from './diagnostics.ts';

export type { Node };

/** An experiment is a few kilobytes; these limits only keep a wrong file from being slow or overflowing the stack. */
const maxCharacters = 200_000;
const maxDepth = 64;

export type Parsed = { readonly root: Node } | { readonly problem: Problem };

/**
 * Parses JSON with comments and trailing commas. A byte order mark is accepted. Only the first syntax error is given:
 * the later ones are mostly its echoes. Offsets are those of `text` as given. Never throws.
 */
export function parseText(text: string): Parsed {
  if (text.length > maxCharacters) {
    return { problem: problem('too-large', `The file has ${text.length} characters; an experiment has at most ${maxCharacters}. Is this the right file?`, 0, 0) };
  }
  const readable = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const deep = firstTooDeep(readable);
  if (deep !== undefined) return { problem: problem('too-deep', `Brackets are nested deeper than ${maxDepth} levels. Is this the right file?`, deep, 1) };
  const errors: ParseError[] = [];
  const root = parseTree(readable, errors, { allowTrailingComma: true });
  if (errors.length > 0) return { problem: syntaxProblem(readable, errors[0]) };
  return root ? { root } : { problem: problem('syntax', 'The file is empty. The smallest experiment is {}.', 0, 0) };
}

const problem = (code: Problem['code'], message: string, offset: number, length: number): Problem => ({
  severity: 'error', code, message, offset, length, path: '',
});

/** Offset of the first bracket nested too deep. The scanner keeps no stack, unlike the parser, which would overflow. */
function firstTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let end = 0; end < text.length; end = scanner.getPosition()) {
    scanner.scan();
    const token = text[scanner.getTokenOffset()];
    if (scanner.getTokenLength() !== 1) continue;
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth > maxDepth) return scanner.getTokenOffset();
  }
  return undefined;
}

const advice: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'A name in double quotes is expected here.',
  ValueExpected: 'A value is expected here.',
  ColonExpected: 'A colon is expected here, between a name and its value.',
  CommaExpected: 'A comma is expected here, between two entries.',
  CloseBraceExpected: 'The file ends inside an object: a closing } is missing.',
  CloseBracketExpected: 'The file ends inside a list: a closing ] is missing.',
  EndOfFileExpected: 'The experiment ended before this: remove what follows, or the bracket that closes too early.',
  InvalidNumberFormat: 'This is no number. Numbers look like 1, 0.5 or 1e-5.',
  UnexpectedEndOfNumber: 'This number is not finished. Numbers look like 1, 0.5 or 1e-5.',
  UnexpectedEndOfComment: 'This comment is not closed: */ is missing.',
  UnexpectedEndOfString: 'This text is not closed: a double quote is missing on its line.',
  InvalidUnicode: 'After \\u in a text come four digits of 0-9 and a-f.',
  InvalidEscapeCharacter: 'There is no such escape in a text. A backslash is written \\\\.',
  InvalidCharacter: 'A text may not hold this control character; write it as an escape such as \\n or \\t.',
};

function syntaxProblem(text: string, error: ParseError): Problem {
  // The ranges of unclosed comments and texts reach past the end.
  const offset = Math.min(error.offset, text.length);
  const length = Math.min(error.length, text.length - offset);
  if (text.trim() === '') return problem('syntax', 'The file is empty. The smallest experiment is {}.', 0, 0);
  const found = text.slice(offset, offset + Math.min(length, 40));
  return problem('syntax', symbolAdvice(found, text.slice(offset + length)) ?? advice[printParseErrorCode(error.error)] ?? 'This is not JSON.', offset, length);
}

/** What to say of a word that JSON does not have, for the words that people write. */
function symbolAdvice(found: string, rest: string): string | undefined {
  if (/^(NaN|[-+]?Infinity)/.test(found) || (/^[-+]$/.test(found) && rest.startsWith('Infinity'))) return 'JSON has neither NaN nor Infinity. Write a number.';
  if (/^(True|False|TRUE|FALSE)$/.test(found)) return `Write ${found.toLowerCase()}.`;
  if (/^(None|undefined|NULL|Null|nil)$/.test(found)) return 'Write null.';
  if (found.startsWith("'")) return "Texts and names stand in double quotes, not in single ones.";
  if (/^[A-Za-z_$][\w$]*$/.test(found)) return `Texts and names stand in double quotes: "${found}".`;
  return undefined;
}
