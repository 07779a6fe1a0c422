/** package.json, the texts it names, and the code agree; the bundle that the editor loads holds no engine. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules, createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { extensionOptions } from '../../src/build/bundle.mjs';
import { formatDiagnostics } from '../../src/config/format.ts';
import { validateExperiment } from '../../src/config/validate.ts';
import { commands, container, contextKeys, curvesView, experimentEnding, language, lensSetting, recordedScheme, settings, taskType, views, walkthrough } from '../../src/editor/ids.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = <T>(name: string): T => JSON.parse(readFileSync(join(root, name), 'utf8')) as T;

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: Readonly<Record<'untrustedWorkspaces' | 'virtualWorkspaces', { readonly supported: unknown }>>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly languages: readonly { readonly id: string; readonly extensions: readonly string[]; readonly configuration: string; readonly icon: Readonly<Record<string, string>> }[];
    readonly grammars: readonly { readonly language: string; readonly path: string; readonly scopeName: string }[];
    readonly jsonLanguageParticipants: readonly { readonly languageId: string }[];
    readonly jsonValidation: readonly { readonly fileMatch: readonly string[]; readonly url: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>> }[];
    readonly problemMatchers: readonly { readonly name: string; readonly pattern: { readonly regexp: string } }[];
    readonly taskDefinitions: readonly { readonly type: string }[];
    readonly walkthroughs: readonly { readonly id: string; readonly steps: readonly { readonly description: string; readonly media: { readonly svg: string }; readonly completionEvents?: readonly string[] }[] }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
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
  assert.ok(files.length > 0 && files.every(({ when }) => new RegExp(`^(resource|editor)LangId == ${language}( |$)`).test(when) || when === 'explorerResourceIsFolder'));
  assert.deepEqual(contributes.languages.map(({ id }) => id), [language]);
  assert.deepEqual(contributes.languages[0].extensions, [experimentEnding]);
  assert.deepEqual(contributes.grammars.map((grammar) => grammar.language), [language]);
  assert.deepEqual(contributes.jsonLanguageParticipants.map(({ languageId }) => languageId), [language]);
  assert.deepEqual(contributes.jsonValidation.map(({ fileMatch }) => fileMatch), [[`*${experimentEnding}`]]);
  assert.deepEqual(manifest.activationEvents, [`onLanguage:${language}`, `onWebviewPanel:${curvesView}`, `onTaskType:${taskType}`]);
});

test('tasks, their problem matcher, the setting of lenses and what is recorded are called as in the code', () => {
  assert.deepEqual(contributes.taskDefinitions.map(({ type }) => type), [taskType]);
  assert.deepEqual(contributes.problemMatchers.map(({ name }) => name), [taskType]);
  assert.equal(contributes.configuration.flatMap(({ properties }) => Object.entries(properties)).find(([name]) => name === lensSetting)?.[1].default, true);
  assert.ok(contributes.menus['editor/title'].filter(({ command }) => command === commands.compareConfig).every(({ when }) => when.endsWith(`resourceScheme != ${recordedScheme}`)));
  const text = '{ "credit": { "gama": 1 } }';
  const line = formatDiagnostics(validateExperiment(text).diagnostics, 'C:\\w\\a.steptool.json', text).split('\n')[0];
  assert.deepEqual(new RegExp(contributes.problemMatchers[0].pattern.regexp).exec(line)?.slice(1, 6), ['C:\\w\\a.steptool.json', '1', '15', 'error', 'unknown-key']);
});

test('the walkthrough names commands that exist, pictures that are there, and only colours of the theme', () => {
  const [{ id, steps }] = contributes.walkthroughs;
  assert.equal(`${manifest.publisher}.${manifest.name}#${id}`, walkthrough);
  const texts = read<Readonly<Record<string, string>>>('package.nls.json');
  const ids: readonly string[] = Object.values(commands);
  for (const { description, media, completionEvents = [] } of steps) {
    const linked = [...texts[description.slice(1, -1)].matchAll(/\(command:([\w.]+)/g)].map(([, command]) => command);
    assert.ok(linked.length > 0 && linked.every((command) => ids.includes(command)), description);
    assert.ok(completionEvents.every((event) => ids.includes(event.replace('onCommand:', ''))));
    const picture = readFileSync(join(root, media.svg), 'utf8');
    assert.deepEqual([...picture.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour).filter((colour) => colour !== 'none' && !colour.startsWith('var(--vscode-')), [], media.svg);
    assert.doesNotMatch(picture, /<script|href|on\w+=/);
  }
});

test('views, their conditions, and settings are those of ids.ts', () => {
  assert.deepEqual(contributes.viewsContainers.activitybar.map(({ id }) => id), [container]);
  assert.deepEqual(contributes.views[container].map(({ id }) => id), Object.values(views));
  assert.ok(contributes.viewsWelcome.every(({ view }) => view === views.experiments));
  const texts = read<Readonly<Record<string, string>>>('package.nls.json');
  const linked = contributes.viewsWelcome.flatMap(({ contents }) => [...texts[contents.slice(1, -1)].matchAll(/\(command:(steptool\.\w+)/g)].map(([, command]) => command));
  assert.ok(linked.length > 0 && linked.every((command) => contributes.commands.some((each) => each.command === command)), linked.join());
  const conditions = JSON.stringify(contributes);
  const named = [...conditions.matchAll(/view == ([\w.]+)/g)].map(([, id]) => id);
  assert.deepEqual([...new Set(named)], [views.experiments]);
  assert.deepEqual(new Set([...conditions.matchAll(/steptool\.is\w+/g)].map(([key]) => key)), new Set(Object.values(contextKeys)));
  const properties = Object.assign({}, ...contributes.configuration.map((each) => each.properties)) as Record<string, { scope: string }>;
  assert.deepEqual(new Set(Object.keys(properties)), new Set([lensSetting, ...Object.values(settings)]));
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

test('the extension as it is bundled: no engine, no program of tensors; of packages only vscode stays outside; it loads', async () => {
  const { metafile, outputFiles } = await build({ ...extensionOptions, entryPoints: [join(root, 'src', 'extension.ts')], bundle: true, write: false, metafile: true, absWorkingDir: root, logLevel: 'silent' });
  const inside = Object.keys(metafile.inputs);
  assert.ok(inside.includes('src/editor/train.ts'));
  assert.deepEqual(inside.filter((path) => /onnxruntime|tfjs|tensorflow|^src\/(compute|policy|learn|rollout|evaluate|world)\//.test(path)), []);
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path.replace(/^node:/, '')));
  assert.deepEqual([...new Set(outside)].filter((path) => !builtinModules.includes(path)), ['vscode']);
  // what a bundler did not follow would be looked for when the editor loads it
  const loaded: { exports: Readonly<Record<string, unknown>> } = { exports: {} };
  const load = createRequire(import.meta.url);
  new Function('module', 'exports', 'require', outputFiles[0].text)(loaded, loaded.exports, (name: string): unknown => (name === 'vscode' ? {} : isBuiltin(name) ? load(name) : assert.fail(`It asks for ${name}.`)));
  assert.equal(typeof loaded.exports['activate'], 'function');
});
