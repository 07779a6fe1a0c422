/** The files that are written from the schema. `node --import tsx test/config/generated.ts` writes them anew. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { experimentHandbook } from '../../src/config/handbook.ts';
import { editorJsonSchema } from '../../src/config/json-schema.ts';

/** Each with its path and what it should hold. */
export const generatedFiles = [
  { path: new URL('../../media/experiment.schema.json', import.meta.url), content: `${JSON.stringify(editorJsonSchema(), null, 2)}\n` },
  { path: new URL('../../docs/experiment-file.md', import.meta.url), content: experimentHandbook() },
] as const;

export const rewrite = 'node --import tsx test/config/generated.ts';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, content } of generatedFiles) writeFileSync(path, content);
}
