/** Where an export goes: it is made beside, and put in place whole or not at all. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a file or folder.
 * @param make writes it under the path that it is given, and nowhere else
 * @throws if something is there already, unless it is to be replaced; what `make` throws, nothing being left behind
 */
export async function inPlace(out: string, replace: boolean, make: (path: string) => Promise<void>): Promise<string> {
  const target = resolve(out);
  if (existsSync(target) && !replace) throw new Error(`${out} is there already. Choose another name, or replace it with --force.`);
  mkdirSync(dirname(target), { recursive: true });
  const beside = `${target}.partial-${process.pid}`;
  try {
    await make(beside);
    if (replace) rmSync(target, { recursive: true, force: true });
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw error;
  }
  return target;
}
