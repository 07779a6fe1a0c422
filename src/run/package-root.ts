import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with this package's package.json: above `src` in a checkout, above `dist` once bundled. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The files of this package are incomplete: no package.json above the program.');
    folder = parent;
  }
  return folder;
}

/** The warm-started policy and the tokenizer that come with the package. */
export const bundledPolicy = (): string => join(packageRoot(), 'media', 'policy');
