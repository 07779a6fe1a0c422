// The values in a text: what an observation tells, and whether another text speaks of it, whatever the spelling.
import type { Json } from '../world/tool.ts';
import { readObservation } from './observation.ts';

/** Longer strings are prose, whose wording nobody repeats: only the names and numbers in it are values. */
const proseWords = 12;

/** Letters and digits, joined by what stands inside `48.5`, `o'clock`, `well-known`, `05:30` and `1/2`; a minus sign before a number. */
const wordPattern = /(?:(?<![\p{L}\p{N}_.)])-(?=\d))?[\p{L}\p{N}_]+(?:(?:[.'’-]|(?<=\d)[:/](?=\d))[\p{L}\p{N}_]+)*/gu;

/** A text as words: case, Unicode form, punctuation and possessives dropped, numbers in one spelling (`1,250.50` is `1250.5`). */
export function words(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase().replace(/(?<=\d),(?=\d{3}(?!\d))/g, '');
  return (plain.match(wordPattern) ?? []).map((word) => (/^-?\d+(\.\d+)?$/.test(word) ? String(Number(word)) : word.replace(/['’]s$/, '')));
}

/** Texts to look values up in. */
export class Passages {
  #text = ' ';

  /** Values never match across the border of two texts. */
  add(text: string): void {
    this.#text += `${words(text).join(' ')} \n `;
  }

  /** Whether some text has the value, as {@link valuesOf} gives it, as whole words in a row. */
  mention(value: string): boolean {
    return this.#text.includes(` ${value} `);
  }
}

/** Strings and numbers in JSON; keys, booleans and null say too little to be recognised again. JSON inside strings is opened. */
export function leaves(value: Json): string[] {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') {
    if (!/^\s*[[{]/.test(value)) return [value];
    try {
      return leaves(JSON.parse(value) as Json);
    } catch {
      return [value];
    }
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** Complete strings (not keys) and numbers in JSON whose end is missing. */
function leavesOfCutJson(text: string): string[] {
  // Keys and the string that was cut are matched too, so that no match starts inside them, and then dropped.
  const all = text.match(/"(?:[^"\\]|\\.)*(?:"(?:\s*:)?|$)|-?\d+(?:\.\d+)?(?=\s*[,\]}])/g) ?? [];
  const tokens = all.filter((token) => !token.endsWith(':'));
  return tokens.flatMap((token) => {
    try {
      return leaves(JSON.parse(token) as Json);
    } catch {
      return [];
    }
  });
}

/** Words of prose that can be recognised again: with a digit, or capitalised inside a sentence. */
function namesIn(prose: string): string[] {
  const capitalised = prose.match(/(?<=[\p{L}\p{N},;:]\s+["'(]?)\p{Lu}[\p{L}\p{N}'’-]{2,}/gu) ?? [];
  return [...words(prose).filter((word) => /\d/.test(word)), ...capitalised.flatMap(words)];
}

/**
 * The values that an observation's data holds, each as its words joined by spaces, without repetition.
 * Of ToolBench's form the response counts, never the error. A string is one value; of prose, see {@link namesIn}.
 */
export function valuesOf(observation: string): string[] {
  const reading = readObservation(observation);
  const texts = ((): string[] => {
    switch (reading.kind) {
      case 'toolBench': return leaves(reading.response);
      case 'json': return leaves(reading.value);
      case 'text': return /^\s*[[{]/.test(reading.text) ? leavesOfCutJson(reading.text) : namesIn(reading.text);
    }
  })();
  const values = texts.flatMap((text) => {
    const all = words(text);
    return all.length <= proseWords ? [all.join(' ')] : namesIn(text);
  });
  return [...new Set(values)].filter((value) => value !== '');
}
