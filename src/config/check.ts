/** Whether a tree has the shape that the schema describes: names, types, ranges. What fields mean together is in rules.ts. */
import type { Node } from './parse.ts';
import { titleOf, type Problem } from './diagnostics.ts';
import { checkValue, show, wrongType } from './check-value.ts';
import { fieldsBelow, joinPath, rootField, type Json, type Section } from './field-tree.ts';
import { closest } from './spelling.ts';

/** What a file says, and where it says it. */
export interface Checked {
  /** Only known fields with values that they take. */
  readonly value: Json;
  /** The value of every field and section that the file sets, by path: also of those with problems. */
  readonly given: ReadonlyMap<string, Node>;
  readonly problems: readonly Problem[];
}

/** Checks a whole file. */
export function checkTree(root: Node): Checked {
  const given = new Map<string, Node>();
  const problems: Problem[] = [];
  const value = checkSection(root, rootField, given, problems) ?? {};
  return { value, given, problems };
}

function checkSection(node: Node, section: Section, given: Map<string, Node>, problems: Problem[]): Json | undefined {
  given.set(section.path, node);
  if (node.type !== 'object') {
    problems.push(wrongType(node, section));
    return undefined;
  }
  const seen = new Set<string>();
  const entries: [string, Json][] = [];
  for (const [key, inner] of (node.children ?? []).map((property) => property.children ?? [])) {
    const name = String(key.value);
    const path = joinPath(section.path, name);
    if (seen.has(name)) {
      problems.push({ ...at(key), code: 'duplicate-key', path, message: `${show(name)} occurs twice here. Keep one.` });
      continue;
    }
    seen.add(name);
    if (section === rootField && name === '$schema') {
      if (inner.type !== 'string') problems.push({ ...at(inner), code: 'wrong-type', path, message: '"$schema" is the address of a JSON Schema, in double quotes.', expected: 'a text in double quotes' });
      continue;
    }
    const field = section.fields.get(name);
    if (!field) {
      problems.push(unknownKey(key, name, section));
      continue;
    }
    const value = field.kind === 'section' ? checkSection(inner, field, given, problems) : checkValue(inner, field, problems);
    given.set(path, inner);
    if (value !== undefined) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

const at = (node: Node): { severity: 'error'; offset: number; length: number } => ({ severity: 'error', offset: node.offset, length: node.length });

/** A misspelt name gets a fix; a name of another section is told where it belongs. */
function unknownKey(key: Node, name: string, section: Section): Problem {
  const place = section.path === '' ? 'an experiment' : `"${section.path}"`;
  const problem = { ...at(key), code: 'unknown-key', path: joinPath(section.path, name) } as const;
  const elsewhere = fieldsBelow(rootField).filter((field) => field.path.split('.').at(-1) === name).map((field) => field.path);
  if (elsewhere.length > 0) {
    return { ...problem, message: `There is no ${show(name)} in ${place}. It belongs at ${elsewhere.map((path) => `"${path}"`).join(' or ')}.`, suggestion: elsewhere[0] };
  }
  const near = closest(name, section.fields.keys());
  if (near === undefined) {
    return { ...problem, message: `There is no ${show(name)} in ${place}.`, expected: `one of ${[...section.fields.keys()].map((known) => `"${known}"`).join(', ')}` };
  }
  const change = { kind: 'replace', by: `"${near}"` } as const;
  const fix = { title: titleOf(change), change, offset: key.offset, length: key.length, text: JSON.stringify(near) };
  return { ...problem, message: `There is no ${show(name)} in ${place}. Did you mean "${near}"?`, suggestion: near, fix };
}
