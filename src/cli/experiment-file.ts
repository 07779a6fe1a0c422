/** Experiment files as commands take them: read, changed by `--set`, checked, and shown with what is wrong. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import { fieldAt, type Json } from '../config/field-tree.ts';
import type { LookUp } from '../config/named-files.ts';
import { parseText } from '../config/parse.ts';
import { closest } from '../config/spelling.ts';
import { nameFromFile, validateExperiment, type Validated } from '../config/validate.ts';
import { valuePaths } from '../config/describe.ts';
import { systemCode } from '../run/folder/errors.ts';
import { FileError, UsageError } from './failure.ts';

/** A field and the value that it is to have. */
export interface Override {
  readonly path: string;
  readonly value: Json;
}

/** Reads `credit.gamma=0.95`. The value is JSON; one that is not is taken as a text, for shells eat quotes. @throws UsageError */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new UsageError(`--set ${text}: write a field and its value, as credit.gamma=0.95.`);
  const path = text.slice(0, equals).trim();
  if (path === '' || !fieldAt(path)) {
    const near = closest(path, valuePaths()) ?? valuePaths().find((known) => known.split('.').at(-1) === path.split('.').at(-1));
    throw new UsageError(`--set ${text}: there is no field '${path}'.${near === undefined ? ' steptool schema lists them.' : ` Did you mean '${near}'?`}`);
  }
  const written = text.slice(equals + 1);
  try {
    return { path, value: JSON.parse(written) as Json };
  } catch {
    return { path, value: written };
  }
}

/** The text with the fields set, comments and layout kept. A text that is no JSON comes back as it is, to be refused as it is. */
export function withOverrides(text: string, overrides: readonly Override[]): string {
  if (overrides.length === 0 || 'problem' in parseText(text)) return text;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return overrides.reduce((edited, { path, value }) => {
    try {
      return applyEdits(edited, modify(edited, path.split('.'), value, { formattingOptions: { insertSpaces: true, tabSize: 2, eol } }));
    } catch {
      throw new UsageError(`--set ${path}: the file has something else where this field would go. Correct the file first.`);
    }
  }, text.replace(/^\uFEFF/, ''));
}

/** @throws FileError saying what to do about a file that cannot be read */
export function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EISDIR') throw new FileError(`${path} is a folder: give an experiment file.`);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new FileError(`${path} could not be read: ${(error as Error).message}.`, { cause: error });
    const near = closest(basename(path), filesBeside(path));
    throw new FileError(`There is no file ${path}.${near === undefined ? '' : ` Did you mean ${join(dirname(path), near)}?`}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FileError(`${path} is no text in UTF-8. Save it in that encoding.`);
  }
}

function filesBeside(path: string): string[] {
  try {
    return readdirSync(dirname(path));
  } catch {
    return [];
  }
}

export interface CheckedFile extends Validated {
  readonly path: string;
  readonly text: string;
}

/** Reads and checks a file, whatever is wrong with its content. Files that it names are looked up if `lookUp` is given. @throws FileError if it cannot be read */
export function checkFile(path: string, overrides: readonly Override[] = [], lookUp?: LookUp): CheckedFile {
  const text = withOverrides(readText(path), overrides);
  return { path, text, ...validateExperiment(text, { name: nameFromFile(path), lookUp }) };
}
