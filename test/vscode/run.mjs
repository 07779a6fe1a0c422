// `npm run test:vscode`: packs the extension, puts it into a real VS Code, runs the tests there. Arguments name test files to run
// alone. STEPTOOL_VSIX names a package to test instead of packing one; STEPTOOL_SHOTS a folder for pictures.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, packExtension } from '../../src/build/package.mjs';
import { install, root, run } from '../../src/build/setup.mjs';
import { passTwice } from '../../src/build/twice.mjs';
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
// Each file has a server, a browser and a trainer of its own.
const passed = passTwice(files, { STEPTOOL_TEST_NODE: editor.node, STEPTOOL_TEST_SERVER: editor.server, STEPTOOL_TEST_EXTENSIONS: extensions });
process.exitCode = passed ? 0 : 1;
