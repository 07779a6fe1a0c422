/** The house rules of docs/design.md that a program can check: which room may import which, and how files are written. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../', import.meta.url));

/** A room is a folder of `src`; the two doors and the pages' folder stand beside them. */
const rooms = ['config', 'world', 'compute', 'policy', 'rollout', 'reward', 'learn', 'evaluate', 'run', 'editor', 'cli'] as const;
type Room = (typeof rooms)[number];

/** What each room may import of ours. No arrow runs back. */
const arrows: Readonly<Record<Room, readonly Room[]>> = {
  config: [],
  world: ['config'],
  compute: [],
  policy: ['compute', 'world'],
  rollout: ['policy', 'world'],
  reward: ['world'],
  learn: ['policy', 'compute', 'reward', 'config', 'world'],
  evaluate: ['rollout', 'reward', 'policy', 'compute', 'config', 'world'],
  run: ['config', 'world', 'compute', 'policy', 'rollout', 'reward', 'learn', 'evaluate'],
  editor: ['config', 'run'],
  cli: ['config', 'world', 'compute', 'policy', 'rollout', 'reward', 'learn', 'evaluate', 'run'],
};

/** Of these rooms, some importers get only these files: contracts and randomness, no world of its own. */
const narrow: readonly { readonly from: Room; readonly to: Room; readonly files: RegExp }[] = [
  { from: 'policy', to: 'world', files: /^src\/world\/(random|tool|toolset|trajectory|world)\.ts$/ },
  { from: 'rollout', to: 'world', files: /^src\/world\/(random|tool|toolset|trajectory|world)\.ts$/ },
  { from: 'learn', to: 'world', files: /^src\/world\/(random|tool|trajectory|world)\.ts$/ },
  { from: 'editor', to: 'run', files: /^src\/run\/(folder\/|report\/(plans|settings)\.ts$|training\/events\.ts$|allocator\.ts$)/ },
];

interface Import {
  readonly file: string;
  /** A path from the root with slashes, or a package's name. */
  readonly target: string;
  readonly typesOnly: boolean;
}

interface Source {
  readonly file: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** `line: what` of each thing that the style forbids. */
  readonly faults: readonly string[];
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(path) : path.endsWith('.ts') ? [path] : [];
  });
}

function readSource(file: string, text: string): Source {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const faults: string[] = [];
  const add = (specifier: ts.Node | undefined, typesOnly: boolean): void => {
    if (!specifier || !ts.isStringLiteral(specifier)) return;
    const target = specifier.text.startsWith('.') ? relative(root, join(root, dirname(file), specifier.text)).replaceAll('\\', '/') : specifier.text;
    imports.push({ file, target, typesOnly });
  };
  const fault = (node: ts.Node, what: string): void => void faults.push(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const named = clause?.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : [];
      add(node.moduleSpecifier, clause !== undefined && (clause.isTypeOnly || (!clause.name && named.length > 0 && named.every(({ isTypeOnly }) => isTypeOnly))));
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (node.kind === ts.SyntaxKind.AnyKeyword) fault(node, 'any');
    else if (node.kind === ts.SyntaxKind.DefaultKeyword && node.parent && !ts.isDefaultClause(node.parent)) fault(node, 'default export');
    else if (ts.isExportAssignment(node)) fault(node, 'default export');
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { file, lines: text.split('\n').length - 1, imports, faults };
}

const sources = ['src', 'webview', 'test'].flatMap(filesUnder).map((file) => readSource(file, readFileSync(join(root, file), 'utf8')));
const imports = sources.flatMap((source) => source.imports);
const ours = imports.filter(({ file }) => !file.startsWith('test/'));

const isRoom = (name: string): name is Room => rooms.some((room) => room === name);

/** The room that a path lies in; undefined for the doors, the build and what is outside of src. */
function roomOf(path: string): Room | undefined {
  const [top, room, inside] = path.split('/');
  return top === 'src' && inside !== undefined && isRoom(room) ? room : undefined;
}

/** Fails with the imports that break a rule, one a line. */
const none = (broken: readonly Import[]): void => assert.deepEqual(broken.map(({ file, target }) => `${file} imports ${target}`), []);

test('the reader of sources sees what it is to see', () => {
  const { imports: found, faults } = readSource('src/reward/sample.ts', [
    "import type { Task } from '../world/world.ts';", "import { type Step, random } from '../world/random.ts';", "import { type A, type B } from 'vscode';", "import './side-effect.ts';",
    "export * from '../run/metrics.ts';", "export type { C } from '@sinclair/typebox';", "const late = () => import('../compute/choose.ts');", "type D = import('node:fs').Stats;",
    "// import { no } from 'comment';", 'export const quoted = "import x from \'string\'";', 'export const e = (x: any): number => { switch (x) { default: return 1; } };', 'export default e;', 'export default function f() {}',
  ].join('\n'));
  assert.deepEqual(found.map(({ target, typesOnly }) => `${target}${typesOnly ? ' (types)' : ''}`), [
    'src/world/world.ts (types)', 'src/world/random.ts', 'vscode (types)', 'src/reward/side-effect.ts', 'src/run/metrics.ts', '@sinclair/typebox (types)', 'src/compute/choose.ts', 'node:fs (types)',
  ]);
  assert.deepEqual(faults, ['src/reward/sample.ts:11: any', 'src/reward/sample.ts:12: default export', 'src/reward/sample.ts:13: default export']);
});

test('every folder of src is a room, or the build', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  assert.deepEqual(folders.sort(), [...rooms, 'build'].sort());
});

test('no arrow runs back: rooms import only what they may', () => {
  const between = ours.flatMap((each) => {
    const [from, to] = [roomOf(each.file), roomOf(each.target)];
    return from && to && from !== to ? [{ ...each, from, to }] : [];
  });
  assert.ok(between.length > 50, 'imports are found at all');
  none(between.filter(({ from, to, target }) => !arrows[from].includes(to) || narrow.some((rule) => rule.from === from && rule.to === to && !rule.files.test(target))));
});

test('nothing in a room imports a door or the build; a door imports only what is behind it', () => {
  none(ours.filter(({ file, target }) => roomOf(file) && target.startsWith('src/') && !roomOf(target)));
  none(ours.filter(({ file, target }) => file === 'src/extension.ts' && target.startsWith('src/') && roomOf(target) !== 'editor'));
});

test('only the editor knows vscode, and only extension.ts at run time', () => {
  none(ours.filter(({ file, target }) => target === 'vscode' && roomOf(file) !== 'editor' && file !== 'src/extension.ts'));
  none(imports.filter(({ file, target, typesOnly }) => target === 'vscode' && !typesOnly && file !== 'src/extension.ts'));
});

test('only compute imports engines', () => {
  none(ours.filter(({ file, target }) => /^(onnxruntime|@tensorflow\/|protobufjs)/.test(target) && roomOf(file) !== 'compute'));
});

test('rewards, credit and the experiment file depend on no platform', () => {
  none(ours.filter(({ file, target }) => /^src\/(reward|learn\/credit|config)\//.test(file) && /^(node:|vscode$|#tfjs$)/.test(target)));
});

test('pages take types alone from src, and src types alone from pages, but for the format of numbers', () => {
  const crossing = ours.filter(({ file, target }) => file.startsWith('webview/') !== target.startsWith('webview/') && (target.startsWith('webview/') || target.startsWith('src/')));
  assert.ok(crossing.length > 0);
  none(crossing.filter(({ target, typesOnly }) => !typesOnly && target !== 'webview/shared/format.ts'));
});

test('no any, no default exports', () => {
  assert.deepEqual(sources.filter(({ file }) => !file.endsWith('.d.ts')).flatMap(({ faults }) => faults), []);
});

test('imports of ours name the file, its ending included', () => {
  none(imports.filter(({ target }) => /^(src|webview|test)\//.test(target) && !/\.(ts|mts|mjs|css)$/.test(target)));
});

test('files stay small: those over 200 lines are listed, and none has 400', (t) => {
  const long = sources.filter(({ lines }) => lines > 200);
  for (const { file, lines } of long) t.diagnostic(`${file}: ${lines} lines`);
  assert.deepEqual(long.filter(({ lines }) => lines >= 400).map(({ file }) => file), []);
});
