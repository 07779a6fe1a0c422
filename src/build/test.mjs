// `npm test`: installs what is missing, checks the types, runs the tests. Arguments name test folders or files to run alone.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, run } from './setup.mjs';
import { bundleTfjs } from './tfjs.mjs';
import { passTwice } from './twice.mjs';

const isSlow = (path) => /(^|[\\/])test[\\/](bench|parity-python|vscode)[\\/]/.test(path);
const testsUnder = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).sort().flatMap((name) => testsUnder(join(path, name)))
    : path.endsWith('.test.ts') && !isSlow(path) ? [path] : [];

install();
await bundleTfjs();
const chosen = process.argv.slice(2);
if (chosen.length === 0) run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit']);
const files = (chosen.length ? chosen : [join(root, 'test')]).flatMap(testsUnder);
const inBrowser = files.filter((path) => /(^|[\\/])test[\\/]webview[\\/]/.test(path));
const others = files.filter((path) => !inBrowser.includes(path));
if (others.length > 0) run(process.execPath, ['--import', 'tsx', '--test', '--test-concurrency=2', ...others]);
if (inBrowser.length > 0 && !passTwice(inBrowser)) process.exit(1);
