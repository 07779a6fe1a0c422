/** Contradictions among fields that are each fine alone. */
import { modify } from 'jsonc-parser';
import { presetExperiment, valueAt } from './defaults.ts';
import { titleOf, type Change, type Fix, type Problem, type Related } from './diagnostics.ts';
import type { Json } from './field-tree.ts';
import type { Node } from './parse.ts';
import { budgetRules } from './rules/budgets.ts';
import { idleRules } from './rules/idle.ts';
import { learningRules } from './rules/learning.ts';
import { fileRules } from './rules/files.ts';
import type { LookUp } from './named-files.ts';
import { noteRules } from './rules/notes.ts';
import type { Facts, Finding } from './rules/rule.ts';
import { settingRules } from './rules/setting.ts';
import type { Experiment } from './schema.ts';

/** Every rule, in the order in which problems are looked for. */
export const rules = [...budgetRules, ...learningRules, ...idleRules, ...settingRules, ...fileRules, ...noteRules] as const;

/**
 * Runs every rule. `given` maps the paths that the file sets to their nodes; `text` is what fixes are made for,
 * and `lookUp` tells of files that the experiment names.
 */
export function checkRules(experiment: Experiment, given: ReadonlyMap<string, Node>, text: string, lookUp: LookUp = () => undefined): Problem[] {
  const untouched = presetExperiment(experiment.preset);
  const facts: Facts = { experiment, given: (path) => given.has(path), fallback: (path) => valueAt(untouched, path), lookUp };
  return rules.flatMap((rule) => {
    const finding = rule.find(facts);
    if (!finding) return [];
    const { path, node } = marked(finding, given);
    return [{
      severity: finding.severity ?? rule.severity,
      code: rule.code,
      message: finding.message,
      offset: node?.offset ?? 0,
      length: node?.parent ? node.length : 1,
      path,
      fix: finding.fix && edit(text, finding.fix.path, finding.fix.value),
      related: finding.at.filter((other) => other !== path).flatMap((other) => relatedTo(other, given)),
    }];
  });
}

/** The first of the fields that the file sets; where it sets none the preset is to blame, or the file as a whole. */
function marked(finding: Finding, given: ReadonlyMap<string, Node>): { path: string; node: Node | undefined } {
  const path = finding.at.find((candidate) => given.has(candidate));
  if (path !== undefined) return { path, node: given.get(path) };
  return { path: finding.at[0], node: given.get('preset') ?? given.get('') };
}

function relatedTo(path: string, given: ReadonlyMap<string, Node>): Related[] {
  const node = given.get(path);
  return node ? [{ path, offset: node.offset, length: node.length }] : [];
}

/** The edit that sets a field in the text, adding the sections it needs, or that takes the field out. */
function edit(text: string, path: string, value: Json | undefined): Fix | undefined {
  const tab = /^\t/m.test(text);
  const edits = modify(text.replace(/^\uFEFF/, ' '), path.split('.'), value, { formattingOptions: { insertSpaces: !tab, tabSize: 2, eol: text.includes('\r\n') ? '\r\n' : '\n' } });
  // One edit is all that a fix can carry; these changes need no more.
  if (edits.length !== 1) return undefined;
  const [{ offset, length, content }] = edits;
  const change: Change = value === undefined ? { kind: 'remove', path } : { kind: 'set', path, to: JSON.stringify(value) };
  return { title: titleOf(change), change, offset, length, text: content };
}
