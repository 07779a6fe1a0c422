// Makes dist/THIRD-PARTY-NOTICES.txt: the licence of every package whose code is in our bundles or goes along beside them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { put } from './put.mjs';
import { root } from './setup.mjs';

export const noticesFile = join(root, 'dist', 'THIRD-PARTY-NOTICES.txt');

/** Packages that are not bundled but packed whole. */
const packed = ['node_modules/onnxruntime-node', 'node_modules/onnxruntime-common'];

const inPackage = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const textFile = /^(licen[cs]e|notices?|copying|copyrightnotice)(\.|-|$)/i;
const line = '-'.repeat(78);

/** The packages of bundled files, as folders relative to the root: the innermost where packages are nested. */
export function packagesOf(files) {
  return [...new Set(files.flatMap((file) => inPackage.exec(file.replaceAll('\\', '/'))?.[0] ?? []))].sort();
}

/** The files that went into a bundle that is itself an input, from the comments that the bundler leaves above each. */
export const filesInside = (bundle) => [...bundle.matchAll(/^\/\/ (node_modules\/\S+)$/gm)].map(([, file]) => file);

const nameOf = (person) => (typeof person === 'string' ? person : person?.name) ?? '';

/** The terms of MIT, for packages that name it and leave its text out. */
const mit = (holder) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

function describe(folder) {
  const { name, version, license, author, repository, homepage } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const texts = readdirSync(join(root, folder)).filter((file) => textFile.test(file)).sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  return { name, version, license: typeof license === 'string' ? license : 'see below', holder: nameOf(author) || `the authors of ${name}`, from: repository?.url ?? repository ?? homepage ?? '', texts };
}

/** The notices of packages, by folders relative to the root. Throws for one that neither brings its licence nor names one whose terms are known here. */
export function noticesOf(folders) {
  const all = folders.map(describe);
  const apache = all.find(({ license, texts }) => license === 'Apache-2.0' && texts.some((text) => text.includes('TERMS AND CONDITIONS')));
  const sections = all.map(({ name, version, license, holder, from, texts }) => {
    const terms = texts.length > 0 ? texts.join('\n\n')
      : license === 'MIT' ? mit(holder)
        : license === 'Apache-2.0' && apache ? `Copyright (c) ${holder}. Licensed under the Apache License, Version 2.0, whose text is under ${apache.name} in this file.`
          : undefined;
    if (terms === undefined) throw new Error(`${name} ${version} is bundled, brings no licence file, and names the licence "${license}", whose text is not known to src/build/notices.mjs. Add it there.`);
    return `${line}\n${name} ${version} (${license})${from ? `\n${from}` : ''}\n${line}\n\n${terms}\n`;
  });
  return `StepTool includes code of these packages, under their own licences.\n\n${sections.join('\n')}`;
}

/**
 * Writes the notices of everything that was bundled.
 * @param files what went into bundles, as the bundler's metafiles name them
 */
export function writeNotices(files) {
  const tfjs = join(root, 'dist', 'tfjs.mjs');
  const inside = files.includes('dist/tfjs.mjs') && existsSync(tfjs) ? filesInside(readFileSync(tfjs, 'utf8')) : [];
  const folders = [...packagesOf([...files, ...inside]), ...packed];
  put(noticesFile, Buffer.from(noticesOf([...new Set(folders)].sort())));
}
