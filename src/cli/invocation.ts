/** How what is printed can be typed again. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../run/package-root.ts';

/** A path as short as it can be written from here. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}

/** Quoted where a shell would take it apart. */
const quoted = (word: string): string => (/^[\w./\\:@%+,=#-]+$/.test(word) ? word : `"${word}"`);

/** The program and some words, as one types them here: `npx .` in a checkout, else `steptool`. */
export function invocation(...words: readonly string[]): string {
  const root = packageRoot();
  const isCheckout = existsSync(join(root, 'src', 'cli.ts'));
  const here = relative(process.cwd(), root);
  const program = isCheckout ? ['npx', here === '' ? '.' : here.startsWith('..') ? here : `./${here}`] : ['steptool'];
  return [...program, ...words].map(quoted).join(' ');
}
