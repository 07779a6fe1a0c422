// `npm run package`: the extension for this platform, as steptool-<platform>-<version>.vsix in the repository's root. Another
// platform is named by an argument: `npm run package -- win32-x64`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vsce } from './package-tools.mjs';
import { install, root } from './setup.mjs';

/** Where the engine keeps its binaries: a folder for each platform and processor. */
const binaries = 'node_modules/onnxruntime-node/bin/napi-v6';

/** .vscodeignore, with the engine's binaries of one platform instead of all. Throws where there are none. */
function ignoreFile(target) {
  const folder = `${binaries}/${target.replace('-', '/')}`;
  if (!existsSync(join(root, folder))) throw new Error(`The engine has no binaries for ${target}: there is no ${folder}. Name one that it has, for instance linux-x64.`);
  const all = '!node_modules/onnxruntime-node/bin/**\n';
  const lines = readFileSync(join(root, '.vscodeignore'), 'utf8');
  if (!lines.includes(all)) throw new Error(`.vscodeignore has no line ${all.trim()}, which is narrowed to one platform.`);
  return lines.replace(all, `!${folder}/*\n`);
}

/**
 * Bundles and packs. Throws what the packing program says.
 * @param target as VS Code names platforms: `linux-x64`
 * @returns path of the .vsix
 */
export function packExtension(target = `${process.platform}-${process.arch}`) {
  install();
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const out = join(root, `${name}-${target}-${version}.vsix`);
  const scratch = mkdtempSync(join(tmpdir(), 'steptool-package-'));
  try {
    const ignore = join(scratch, 'ignore');
    writeFileSync(ignore, ignoreFile(target));
    pack(['package', '--target', target, '--out', out, '--ignoreFile', ignore, '--no-rewrite-relative-links', '--allow-missing-repository'], root);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return out;
}

/** Runs the packing program in a folder. Its advice is shown only when it fails. */
export function pack(args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [vsce(), ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
  if (error) throw error;
  if (status !== 0) throw new Error(`vsce ${args.join(' ')} failed in ${cwd}:\n${stdout}\n${stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = packExtension(process.argv[2]);
  console.log(`${out} (${(statSync(out).size / 1e6).toFixed(1)} MB)`);
}
