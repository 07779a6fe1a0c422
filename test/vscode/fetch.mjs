// A real VS Code from the package registry alone: code-server ships the built editor, and a Node of the version that it asks for
// runs it. The desktop's builds and their test runner need downloads from elsewhere.
import { join } from 'node:path';
import { fetchOnce, npm } from '../../src/build/package-tools.mjs';

const versions = { server: '4.139.1', node: '24.21.0' };

const nodePackage = `node-${process.platform}-${process.arch}`;

/**
 * Where the editor and its Node are; fetched when missing.
 * Throws on Windows, where code-server does not run.
 */
export function fetchEditor() {
  if (process.platform === 'win32') throw new Error('The tests in a real VS Code run on Linux and macOS: code-server, which they use, does not run on Windows. Use WSL.');
  const folder = fetchOnce(`code-server-${versions.server}-node-${versions.node}`, [`code-server@${versions.server}`, `${nodePackage}@${versions.node}`], complete);
  return { node: nodeIn(folder), server: join(editorIn(folder), 'out', 'server-main.js') };
}

const nodeIn = (folder) => join(folder, 'node_modules', nodePackage, 'bin', 'node');
const editorIn = (folder) => join(folder, 'node_modules', 'code-server', 'lib', 'vscode');

/**
 * The editor's own packages, which code-server installs by a script. Two of them are compiled: without them the extension
 * host has no watchdog and writes no log.
 */
function complete(folder) {
  const headers = join(folder, 'node_modules', nodePackage);
  const env = { PATH: `${join(headers, 'bin')}:${process.env.PATH}`, npm_config_nodedir: headers };
  const bare = ['install', '--omit=dev', '--ignore-scripts'];
  npm(bare, editorIn(folder), env);
  npm(bare, join(editorIn(folder), 'extensions'), env);
  npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], editorIn(folder), env);
}
