/** Writes a run's report beside its records. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceFile } from '../folder/atomic.ts';
import { nodeDisk } from '../folder/disk.ts';
import { buildReport } from './build.ts';
import type { PageParts } from './html.ts';
import { reportHtml } from './html.ts';

/** Where the bundled page may be: beside the bundled command line, or, when running from the sources, in `dist`. */
const places = ['./webview/', '../../../dist/webview/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

async function readPage(): Promise<PageParts> {
  for (const place of places) {
    try {
      const [script, style] = await Promise.all([readFile(join(place, 'report.js'), 'utf8'), readFile(join(place, 'report.css'), 'utf8')]);
      return { script, style };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`The report's page is not built: report.js and report.css are neither in ${places.join(' nor in ')}. Build them with \`npm run build\`.`);
}

/**
 * Writes `report.html` into the run folder, replacing an earlier one as a whole, and gives its path. The page holds everything
 * it needs. Throws RunFolderError where the folder is no readable run or cannot be written.
 */
export async function writeReport(folder: string): Promise<string> {
  const data = await buildReport(folder);
  const html = reportHtml(data, await readPage());
  const path = join(folder, 'report.html');
  replaceFile(nodeDisk, path, [new TextEncoder().encode(html)], { doing: 'write the report', path, safe: 'The run itself is untouched.' });
  return path;
}
