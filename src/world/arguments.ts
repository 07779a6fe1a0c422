// What a tool call must look like before the tool sees it: an object, all required parameters, no others, each of its type.
import type { Json, Parameter, ParameterType, Tool } from './tool.ts';

export type Arguments = { [key: string]: Json };

/** Arguments read from text, or what is wrong with them in words that the policy gets to read. */
export type Checked = { readonly ok: true; readonly args: Arguments } | { readonly ok: false; readonly error: string };

/** How much of a policy's own words an error message repeats, in characters. */
const echoCharacters = 32;

/** The text, cut to at most `limit` characters with `...` at the end; never cuts a surrogate pair in two. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = Math.max(0, limit - 3);
  const splitsPair = kept > 0 && /[\uD800-\uDBFF]/.test(text[kept - 1]!);
  return text.slice(0, splitsPair ? kept - 1 : kept) + '...'.slice(0, limit);
}

export const echo = (text: string): string => cut(text, echoCharacters);

/** Reads an action input: a JSON object, or nothing at all, which counts as `{}` (steptool.md 4.5, step 2). */
export function parseArguments(text: string): Checked {
  if (text.trim() === '') return { ok: true, args: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ok: true, args: value as Arguments };
  } catch {
    // said below
  }
  return { ok: false, error: 'Arguments are not a JSON object' };
}

function hasType(value: Json, type: ParameterType): boolean {
  switch (type) {
    case 'string': return typeof value === 'string';
    case 'boolean': return typeof value === 'boolean';
    case 'number': return typeof value === 'number' && Number.isFinite(value);
    case 'integer': return Number.isSafeInteger(value);
  }
}

/** What is wrong with the arguments for this tool, the first thing only; undefined if nothing is. Types are not converted. */
export function wrongWith(tool: Tool, args: Arguments): string | undefined {
  const known = new Map<string, Parameter>([...tool.required, ...tool.optional].map((parameter) => [parameter.name, parameter]));
  for (const { name } of tool.required) if (!Object.hasOwn(args, name)) return `Missing parameter: ${name}`;
  for (const name of Object.keys(args)) if (!known.has(name)) return `Unknown parameter: ${echo(name)}`;
  for (const [name, { type }] of known) {
    if (Object.hasOwn(args, name) && !hasType(args[name]!, type)) return `Parameter ${name} must be ${type}`;
  }
  return undefined;
}
