/** Where an export goes: it is made beside, and put in place whole or not at all. */
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { bestEffort, systemCode } from '../folder/errors.ts';

/** What exports write (those of before had the value head beside the model), and the files that they take along from a model's folder: a folder with anything else is somebody's. */
const written = /^(model|value_head|adapter_model)\.safetensors$|^value_head(\/value_head\.safetensors)?$|^(config|adapter_config|tokenizer|tokenizer_config|generation_config|special_tokens_map|added_tokens|vocab)\.json$|^merges\.txt$|^tokenizer\.model$|^chat_template\.jinja$|^additional_chat_templates(\/.*)?$/;

/** @throws if what is there is not an earlier export, or is what the export is made of */
function requireExport(target: string, out: string, reads: readonly string[]): void {
  // the system's own spelling: some tell upper case from lower case, some do not
  const there = realpathSync.native(target);
  const read = reads.filter((path) => existsSync(path)).map((path) => realpathSync.native(path)).find((path) => path === there || path.startsWith(there + sep));
  if (read !== undefined) throw new Error(`${out} is what this export is made of (${read}), and is not replaced. Choose another name.`);
  if (!statSync(target).isDirectory()) {
    if (!/\.gguf$/i.test(target)) throw new Error(`${out} is there already and is no .gguf file: it is not replaced. Choose another name.`);
    return;
  }
  const isOther = (name: string): boolean => !written.test(name.replaceAll(sep, '/'));
  const other = readdirSync(target).find(isOther) ?? readdirSync(target, { encoding: 'utf8', recursive: true }).find(isOther);
  if (other !== undefined) throw new Error(`${out} has other files in it (${other}), and is not replaced. Choose another name.`);
}

const taken = (out: string): Error => new Error(`${out} is there already. Choose another name, or replace it with --force.`);

/** Puts the new in the place of the old, which comes back if that fails. @param check throws if the old is not to be replaced after all: writing took its time */
function exchange(fresh: string, target: string, check: () => void): void {
  check();
  if (!existsSync(target)) return renameSync(fresh, target);
  const old = `${target}.old-${process.pid}`;
  renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    renameSync(old, target);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** What the system says of a place that cannot be written, in words. */
const obstacles: Readonly<Record<string, string>> = {
  EACCES: 'writing there is not permitted', EPERM: 'writing there is not permitted', EROFS: 'the file system is read-only',
  EEXIST: 'a file stands where a folder is needed', ENOTDIR: 'a file stands where a folder is needed', ENOENT: 'its folder is gone',
  ENAMETOOLONG: 'the name is too long', ENOSPC: 'the disk is full', EDQUOT: 'the disk quota is used up', EFBIG: 'the file system takes no file of that size',
};

/** The error as it is, unless the system refused to write: that names the place, and what to do. */
function explained(error: unknown, target: string, beside: string, out: string): unknown {
  const [code, path] = [systemCode(error) ?? '', error instanceof Error && 'path' in error ? error.path : undefined];
  const isOfTarget = path === undefined || (typeof path === 'string' && (path.startsWith(beside) || `${target}${sep}`.startsWith(`${path}${sep}`)));
  if (!isOfTarget || !Object.hasOwn(obstacles, code)) return error;
  return new Error(`${out} could not be written: ${obstacles[code]} (${code}, in ${dirname(target)}). ${code === 'ENOSPC' || code === 'EDQUOT' ? 'Free some space, or give' : 'Give'} another place with --out.`, { cause: error });
}

/**
 * Makes a file or folder.
 * @param make writes it under the path that it is given, and nowhere else
 * @param replace an earlier export; nothing else is ever replaced
 * @param reads what the export is made of
 * @throws if something is there already, unless it is to be replaced; what `make` throws, nothing being left behind
 */
export async function inPlace(out: string, replace: boolean, reads: readonly string[], make: (path: string) => Promise<void>): Promise<string> {
  const target = resolve(out);
  if (existsSync(target) && !replace) throw taken(out);
  if (existsSync(target)) requireExport(target, out, reads);
  const beside = `${target}.partial-${process.pid}`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    await make(beside);
    exchange(beside, target, () => { if (existsSync(target)) { if (!replace) throw taken(out); requireExport(target, out, reads); } });
  } catch (error) {
    bestEffort(() => rmSync(beside, { recursive: true, force: true }));
    throw explained(error, target, beside, out);
  }
  return target;
}
