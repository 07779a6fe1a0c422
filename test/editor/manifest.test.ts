/** package.json, the texts it names, and the code agree; the bundle that the editor loads holds no engine. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { commands, container, contextKeys, experimentEnding, language, settings, views } from '../../src/editor/ids.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = <T>(name: string): T => JSON.parse(readFileSync(join(root, name), 'utf8')) as T;

interface Manifest {
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: Readonly<Record<'untrustedWorkspaces' | 'virtualWorkspaces', { readonly supported: unknown }>>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly languages: readonly { readonly id: string; readonly extensions: readonly string[]; readonly configuration: string; readonly icon: Readonly<Record<string, string>> }[];
    readonly grammars: readonly { readonly language: string; readonly path: string; readonly scopeName: string }[];
    readonly jsonLanguageParticipants: readonly { readonly languageId: string }[];
    readonly jsonValidation: readonly { readonly fileMatch: readonly string[]; readonly url: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly scope: string }>> }[];
  };
}

const manifest = read<Manifest>('package.json');
const { contributes } = manifest;

test('commands, language and file names are those of ids.ts', () => {
  const ids = Object.values(commands).sort();
  assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), ids);
  assert.ok(contributes.commands.every(({ category }) => category === 'StepTool'));
  const menus = Object.values(contributes.menus).flat();
  assert.deepEqual(menus.filter(({ command }) => !ids.some((id) => id === command)), []);
  const files = menus.filter(({ when }) => !/^(false$|view == )/.test(when));
  assert.ok(files.length > 0 && files.every(({ when }) => when === `resourceLangId == ${language}`));
  assert.deepEqual(contributes.languages.map(({ id }) => id), [language]);
  assert.deepEqual(contributes.languages[0].extensions, [experimentEnding]);
  assert.deepEqual(contributes.grammars.map((grammar) => grammar.language), [language]);
  assert.deepEqual(contributes.jsonLanguageParticipants.map(({ languageId }) => languageId), [language]);
  assert.deepEqual(contributes.jsonValidation.map(({ fileMatch }) => fileMatch), [[`*${experimentEnding}`]]);
  assert.deepEqual(manifest.activationEvents, [`onLanguage:${language}`]);
});

test('views, their conditions, and settings are those of ids.ts', () => {
  assert.deepEqual(contributes.viewsContainers.activitybar.map(({ id }) => id), [container]);
  assert.deepEqual(contributes.views[container].map(({ id }) => id), Object.values(views));
  assert.ok(contributes.viewsWelcome.every(({ view }) => view === views.experiments));
  const conditions = JSON.stringify(contributes);
  const named = [...conditions.matchAll(/view == ([\w.]+)/g)].map(([, id]) => id);
  assert.deepEqual([...new Set(named)], [views.experiments]);
  assert.deepEqual(new Set([...conditions.matchAll(/steptool\.is\w+/g)].map(([key]) => key)), new Set(Object.values(contextKeys)));
  const properties = Object.assign({}, ...contributes.configuration.map((each) => each.properties)) as Record<string, { scope: string }>;
  assert.deepEqual(Object.keys(properties), Object.values(settings));
  assert.equal(properties[settings.nodePath].scope, 'machine', 'a workspace must not choose what program runs');
  const icons = [...contributes.viewsContainers.activitybar, ...contributes.views[container]].map(({ icon }) => icon);
  for (const icon of icons) assert.ok(existsSync(join(root, icon)), icon);
});

test('it activates in untrusted and virtual workspaces, limited', () => {
  assert.deepEqual(Object.values(manifest.capabilities).map(({ supported }) => supported), ['limited', 'limited']);
});

test('every file that is contributed exists, and the grammar is that of JSON with comments', () => {
  const [{ configuration, icon }] = contributes.languages;
  for (const path of [configuration, ...Object.values(icon), contributes.grammars[0].path, contributes.jsonValidation[0].url]) assert.ok(existsSync(join(root, path)), path);
  const grammar = read<{ scopeName: string; patterns: unknown }>(contributes.grammars[0].path);
  assert.deepEqual(grammar.patterns, [{ include: 'source.json.comments' }]);
  assert.equal(grammar.scopeName, contributes.grammars[0].scopeName);
  assert.deepEqual(read<{ comments: unknown }>(configuration).comments, { lineComment: '//', blockComment: ['/*', '*/'] });
});

test('every text that package.json names is in package.nls.json, and no other', () => {
  const named = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].sort(), Object.keys(read<object>('package.nls.json')).sort());
});

test('the extension as it is bundled: no engine, no program of tensors; of packages only vscode stays outside', async () => {
  const { metafile } = await build({ entryPoints: [join(root, 'src', 'extension.ts')], bundle: true, write: false, metafile: true, platform: 'node', format: 'cjs', external: ['vscode'], absWorkingDir: root, logLevel: 'silent' });
  const inside = Object.keys(metafile.inputs);
  assert.ok(inside.includes('src/editor/train.ts'));
  assert.deepEqual(inside.filter((path) => /onnxruntime|tfjs|tensorflow|^src\/(compute|policy|learn|rollout|evaluate|world)\//.test(path)), []);
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path.replace(/^node:/, '')));
  assert.deepEqual([...new Set(outside)].filter((path) => !builtinModules.includes(path)), ['vscode']);
});
