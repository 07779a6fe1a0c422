// An observation's text, read again: reward rules may only use what the policy could read.
import type { Json } from '../world/tool.ts';

/** How ToolBench's observations of calls that worked begin, spaced as Python's json.dumps does. */
export const successPrefix = '{"error": "", "response": ';

export type Reading =
  /** ToolBench's `{"error": …, "response": …}`. */
  | { readonly kind: 'toolBench'; readonly error: string; readonly response: Json }
  /** Other JSON. */
  | { readonly kind: 'json'; readonly value: Json }
  /** No JSON, or JSON that was cut by a length limit. */
  | { readonly kind: 'text'; readonly text: string };

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/**
 * Reads an observation. An error message that was cut (`{"error": "` without its end) is repaired by closing it, as the
 * released rules do (steptool.md 1.4, rule 1). Never throws.
 */
export function readObservation(text: string): Reading {
  const repairable = text.startsWith('{"error": "') && !text.startsWith(successPrefix);
  const value = parse(text) ?? (repairable ? parse(`${text}"}`) : undefined);
  if (value === undefined) return { kind: 'text', text };
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.error === 'string') {
    return { kind: 'toolBench', error: value.error, response: value.response ?? null };
  }
  return { kind: 'json', value };
}

/** What follows the prefix of a successful call, for observations whose JSON is cut; the text itself where there is no prefix. */
export function afterPrefix(text: string): string {
  return text.startsWith(successPrefix) ? text.slice(successPrefix.length) : text;
}
