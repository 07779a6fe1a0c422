import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Puts a file in place as a whole, and only if it differs: another process may be reading the one before, or bundling too. */
export function put(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, bytes);
  renameSync(beside, path);
}
