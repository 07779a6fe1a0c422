/**
 * The messages that the editor's code hands to `l10n.t`, as translators get them: `l10n/bundle.l10n.json`.
 * `node --import tsx test/editor/l10n-bundle.ts` writes it anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { problemCodes } from '../../src/config/diagnostics.ts';
import { inLanguage } from '../../src/editor/curves-page/strings.ts';
import { meaningOf } from '../../src/editor/words-of.ts';
import { evaluationMetrics, evaluationName, iterationMetrics } from '../../src/run/metrics.ts';
import { chartsOf } from '../../src/run/report/plans.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const bundlePath = join(root, 'l10n', 'bundle.l10n.json');
export const rewrite = 'node --import tsx test/editor/l10n-bundle.ts';

export interface Messages {
  readonly messages: ReadonlySet<string>;
  /** `file:line: what` of each call whose message only a run of the program would tell. */
  readonly faults: readonly string[];
}

/** What `l10n.t` is called, here and where it is handed on. */
const translators = new Set(['t', '#t', 'translate', 'say', '#say']);

/** Functions that translate what is written outside of the editor's code: their messages are had by running them. */
const outside: ReadonlySet<string> = new Set([inLanguage.name, meaningOf.name]);

/** Whether an expression is the first parameter of the function around it, which then hands on what others wrote out. */
function isHandedOn(node: ts.Expression): boolean {
  if (!ts.isIdentifier(node)) return false;
  for (let around: ts.Node = node; around.parent; around = around.parent) {
    if (!ts.isArrowFunction(around)) continue;
    const name = around.parameters[0]?.name;
    return name !== undefined && ts.isIdentifier(name) && name.text === node.text;
  }
  return false;
}

function isOutside(node: ts.Node): boolean {
  for (let around = node; around.parent; around = around.parent) if (ts.isFunctionDeclaration(around) && around.name && outside.has(around.name.text)) return true;
  return false;
}

/** The words of charts, of all metrics that StepTool records. */
function chartMessages(): string[] {
  const outcomes = ['ok', 'empty', 'notFound', 'transient', 'invalidArguments', 'unknownTool', 'unreadableCall', 'timeout', 'error', 'answered', 'gaveUp', 'invalidFinish'];
  const names = [...iterationMetrics.map(({ name }) => name), ...outcomes.map((outcome) => `rollout/outcome/${outcome}`), ...evaluationMetrics.map((name) => evaluationName('macro', name))];
  const found: string[] = [];
  for (const chart of chartsOf(names)) inLanguage(chart, (message) => { found.push(message); return message; });
  return found;
}

/** The messages in a source: the first arguments of calls of `t`, `l10n.t` and the like. */
export function messagesIn(file: string, text: string): Messages {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const messages = new Set<string>();
  const faults: string[] = [];
  const take = (argument: ts.Expression | undefined): void => {
    if (argument && ts.isStringLiteralLike(argument)) messages.add(argument.text);
    else if (argument && ts.isConditionalExpression(argument)) [argument.whenTrue, argument.whenFalse].forEach(take);
    else if (argument && !isHandedOn(argument) && !isOutside(argument)) faults.push(`${file}:${tree.getLineAndCharacterOfPosition(argument.getStart()).line + 1}: ${argument.getText()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const called = node.expression;
      const name = ts.isIdentifier(called) ? called.text : ts.isPropertyAccessExpression(called) ? called.name.text : '';
      if (translators.has(name)) take(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { messages, faults };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : entry.name.endsWith('.ts') ? [join(folder, entry.name)] : []));
}

/** The messages of all of the editor's code. */
export function allMessages(): Messages {
  const found = filesUnder(join(root, 'src', 'editor')).map((file) => messagesIn(relative(root, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')));
  return { messages: new Set([...found.flatMap(({ messages }) => [...messages]), ...chartMessages(), ...Object.values(problemCodes)]), faults: found.flatMap(({ faults }) => faults) };
}

/** The bundle's text: each message under itself, sorted. */
export const bundleText = ({ messages }: Messages): string => `${JSON.stringify(Object.fromEntries([...messages].sort().map((message) => [message, message])), null, 2)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(bundlePath, bundleText(allMessages()));
