import { readFileSync } from 'node:fs';
import { requireDownloaded } from './downloaded.ts';

/** A JSON file. @throws naming the file, if it cannot be read was not downloaded, or is no JSON */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} could not be read: ${(error as Error).message}`);
  }
  requireDownloaded(text, path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not valid JSON: ${(error as Error).message}`);
  }
}
