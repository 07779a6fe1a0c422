/** Which of some files a folder has: what those who judge it by its files go by. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const presentIn = (folder: string, names: readonly string[]): ReadonlySet<string> => new Set(names.filter((name) => existsSync(join(folder, name))));
