/** Whether one value is what its field takes. */
import type { Node } from './parse.ts';
import { titleOf, type Fix, type Problem } from './diagnostics.ts';
import { expectedOf } from './expected.ts';
import type { Choice, Field, Json, ListField, NumberField, Section, TextField } from './field-tree.ts';
import { closest } from './spelling.ts';

type ValueField = Exclude<Field, Section>;

/** The value of a node when its field takes it; otherwise undefined, with the reason added to `problems`. */
export function checkValue(node: Node, field: ValueField, problems: Problem[]): Json | undefined {
  const value: unknown = node.value;
  switch (field.kind) {
    case 'flag':
      if (node.type === 'boolean') return value as boolean;
      break;
    case 'number':
      if (node.type === 'null' && field.orNull) return null;
      if (node.type === 'number') return checkNumber(node, value as number, field, problems);
      break;
    case 'text':
      if (node.type === 'null' && field.orNull) return null;
      if (node.type === 'string') return checkText(node, value as string, field, problems);
      break;
    case 'choice':
      if (node.type === 'string') return checkName(node, value as string, field.choices, field.path, problems);
      break;
    case 'list':
      if (node.type === 'array') return checkList(node, field, problems);
      break;
  }
  problems.push(wrongType(node, field));
  return undefined;
}

/** A value as a message shows it: short, and on one line. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 38)}…${typeof value === 'string' ? '"' : ''}` : text;
}

const shown = (node: Node): string => (node.type === 'object' ? 'an object' : node.type === 'array' ? 'a list' : show(node.value));

const about = (node: Node, path: string): { severity: 'error'; offset: number; length: number; path: string } => ({
  severity: 'error', offset: node.offset, length: node.length, path,
});

const replace = (node: Node, value: Json): Fix => {
  const change = { kind: 'replace', by: show(value) } as const;
  return { title: titleOf(change), change, offset: node.offset, length: node.length, text: JSON.stringify(value) };
};

/** A value of another type than the field's, with a fix where the text can be read as that type. */
export function wrongType(node: Node, field: Field): Problem {
  const expected = expectedOf(field);
  const message = `${field.path === '' ? 'An experiment' : `"${field.path}"`} takes ${expected}; found ${shown(node)}.`;
  return { ...about(node, field.path), code: 'wrong-type', message, expected, fix: retyped(node, field) };
}

function retyped(node: Node, field: Field): Fix | undefined {
  if (node.type !== 'string') return undefined;
  const text = (node.value as string).trim();
  if (field.kind === 'number' && text !== '' && numberTaken(Number(text), field)) return replace(node, Number(text));
  if (field.kind === 'flag' && /^(true|false)$/i.test(text)) return replace(node, text.toLowerCase() === 'true');
  if (field.kind === 'list' && field.choices.some((choice) => choice.name === text)) return replace(node, [text]);
  return undefined;
}

const numberTaken = (value: number, field: NumberField): boolean =>
  Number.isFinite(value) &&
  (!field.whole || Number.isInteger(value)) &&
  (field.aboveMinimum ? value > field.minimum : value >= field.minimum) &&
  value <= field.maximum;

function checkNumber(node: Node, value: number, field: NumberField, problems: Problem[]): number | undefined {
  if (numberTaken(value, field)) return value;
  // JSON.stringify would print Infinity, the value of 1e999, as null.
  const found = Number.isFinite(value) ? String(value) : 'a number too large to hold';
  const expected = expectedOf(field);
  const nearest = Math.min(Math.max(field.whole ? Math.round(value) : value, field.minimum), field.maximum);
  problems.push({
    ...about(node, field.path), code: 'out-of-range', message: `"${field.path}" takes ${expected}; found ${found}.`, expected,
    fix: numberTaken(nearest, field) ? replace(node, nearest) : undefined,
  });
  return undefined;
}

function checkText(node: Node, value: string, field: TextField, problems: Problem[]): string | undefined {
  const { minLength, maxLength, pattern, path } = field;
  const reason =
    value.length < minLength ? 'may not be empty'
    : value.length > maxLength ? `may have at most ${maxLength} characters; found ${value.length}`
    : value.includes('\0') ? 'may not hold a NUL character'
    : pattern !== undefined && !new RegExp(pattern, 'u').test(value)
      ? 'names a folder: no slashes, no control characters, none of < > : " | ? *, and no dot or blank at an end'
      : undefined;
  if (reason === undefined) return value;
  problems.push({ ...about(node, path), code: 'out-of-range', message: `"${path}" ${reason}.`, expected: expectedOf(field) });
  return undefined;
}

function checkName(node: Node, value: string, choices: readonly Choice[], path: string, problems: Problem[]): string | undefined {
  const names = choices.map((choice) => choice.name);
  if (names.includes(value)) return value;
  const expected = names.length === 1 ? `"${names[0]}"` : `one of ${names.map((name) => `"${name}"`).join(', ')}`;
  const suggestion = closest(value, names);
  problems.push({
    ...about(node, path), code: 'unknown-value', expected, suggestion,
    message: `"${path}" takes ${expected}; found ${show(value)}.${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
    fix: suggestion === undefined ? undefined : replace(node, suggestion),
  });
  return undefined;
}

function checkList(node: Node, field: ListField, problems: Problem[]): Json | undefined {
  const before = problems.length;
  const items = node.children ?? [];
  const values: string[] = [];
  items.forEach((item, index) => {
    const path = `${field.path}[${index}]`;
    if (item.type !== 'string') {
      problems.push({ ...wrongType(item, { ...field, kind: 'choice', path }) });
      return;
    }
    const value = checkName(item, item.value as string, field.choices, path, problems);
    if (value !== undefined && values.includes(value)) problems.push({ ...about(item, path), code: 'out-of-range', message: `"${field.path}" names ${show(value)} twice. Keep one.` });
    else if (value !== undefined) values.push(value);
  });
  if (items.length === 0) problems.push({ ...about(node, field.path), code: 'out-of-range', message: `"${field.path}" may not be empty.`, expected: expectedOf(field) });
  return problems.length === before ? values : undefined;
}
