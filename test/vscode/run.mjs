// `npm run test:vscode`: packs the extension, puts it into a real VS Code, runs the tests there. Arguments name test files to run
// alone. STEPTOOL_VSIX names a package to test instead of packing one; STEPTOOL_SHOTS a folder for pictures.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pack, packExtension } from '../../src/build/package.mjs';
import { install, root, run } from '../../src/build/setup.mjs';
import { fetchEditor } from './fetch.mjs';

const here = join(root, 'test', 'vscode');

/** The tests look through a Chromium's eyes. Where Debian's may be installed, it is. */
function fetchChromium() {
  const has = (program) => spawnSync('which', [program]).status === 0;
  if (process.env.CHROMIUM_PATH || process.platform !== 'linux' || process.getuid() !== 0 || has('chromium') || !has('apt-get')) return;
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: ['ignore', 2, 2] });
}

/** Puts packages into a folder of extensions, as a user does by Install from VSIX. */
function installInto(editor, extensions, scratch, packages) {
  const args = [editor.server, '--accept-server-license-terms', '--extensions-dir', extensions, '--server-data-dir', join(scratch, 'data')];
  const { status, stdout, stderr, error } = spawnSync(editor.node, [...args, ...packages.flatMap((path) => ['--install-extension', path])], { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`The editor did not install ${packages.join(', ')}:\n${stdout}\n${stderr}`);
}

install();
fetchChromium();
const editor = fetchEditor();
const scratch = mkdtempSync(join(tmpdir(), 'steptool-vscode-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
const bridge = join(scratch, 'bridge.vsix');
pack(['package', '--out', bridge, '--no-dependencies', '--skip-license', '--allow-missing-repository'], join(here, 'bridge'));
const extensions = join(scratch, 'extensions');
installInto(editor, extensions, scratch, [process.env.STEPTOOL_VSIX ?? packExtension(), bridge]);

const chosen = process.argv.slice(2);
const files = chosen.length > 0 ? chosen : readdirSync(here).filter((name) => name.endsWith('.test.ts')).sort().map((name) => join(here, name));
const env = { ...process.env, STEPTOOL_TEST_NODE: editor.node, STEPTOOL_TEST_SERVER: editor.server, STEPTOOL_TEST_EXTENSIONS: extensions };
const passes = (file) => spawnSync(process.execPath, ['--import', 'tsx', '--test', file], { env, stdio: 'inherit' }).status === 0;

// One file at a time: each has a server, a browser and a trainer of its own. An editor and a browser that are driven from outside
// now and then miss a click; a file that fails is run once more, and both times are told.
const again = files.filter((file) => !passes(file));
if (again.length > 0) console.log(`\nFAILED, and run once more: ${again.map((file) => basename(file)).join(', ')}\n`);
const failed = again.filter((file) => !passes(file));
console.log(`\n${files.length - again.length} of ${files.length} files passed at once, ${again.length - failed.length} in their second run${failed.length === 0 ? '.' : `; FAILED TWICE: ${failed.map((file) => basename(file)).join(', ')}`}`);
process.exitCode = failed.length === 0 ? 0 : 1;
