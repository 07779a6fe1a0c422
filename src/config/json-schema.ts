/** The schema in the form that editors and other validators read: JSON Schema, draft 7. */
import { bearings, guidanceOf } from './guide.ts';
import { joinPath } from './field-tree.ts';
import { experimentSchema } from './schema.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Starts of experiments that an editor offers in an empty file. */
const snippets: Json = [
  {
    label: 'Quickstart',
    description: 'Step-grained PPO from the bundled checkpoint.',
    body: { seed: 1, rollout: { tasksPerIteration: 16, samplesPerTask: 8 }, credit: { mode: '${1|step,tokenCompressed,monteCarlo|}' }, algorithm: { iterations: 30 } },
  },
  { label: 'As in the paper', description: 'The preset `paper`.', body: { preset: 'paper', algorithm: { learningRate: 0.0005 } } },
  { label: 'As released', description: 'The preset `as-released`: the released code with its quirks.', body: { preset: 'as-released', algorithm: { learningRate: 0.0005 } } },
];

/**
 * The JSON Schema of experiment files: descriptions, also as Markdown for editors, defaults, meanings of names. It knows
 * names, types and ranges; contradictions among fields are found by `validateExperiment` alone.
 */
export function experimentJsonSchema(): { [key: string]: Json } {
  // Through JSON, to drop the symbols by which the schema library marks its own kinds.
  const plain = JSON.parse(JSON.stringify(experimentSchema)) as { [key: string]: Json };
  const { properties, ...root } = published(plain, '');
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'StepTool experiment',
    ...root,
    // Read by VS Code: an experiment is JSON with comments.
    allowComments: true,
    allowTrailingCommas: true,
    defaultSnippets: snippets,
    properties: { $schema: { type: 'string', description: 'Address of this schema.' }, ...(properties as { [key: string]: Json }) },
  };
}

/**
 * The same for the editor that this package extends, which lets unknown names pass: the editor would only say that they are not
 * allowed, while `validateExperiment` says which name was meant, with a fix and a link.
 */
export function editorJsonSchema(): { [key: string]: Json } {
  return open(experimentJsonSchema()) as { [key: string]: Json };
}

function open(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(open);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).flatMap(([name, inner]) => (name === 'additionalProperties' && inner === false ? [] : [[name, open(inner)]])));
}

/** A schema without `required`, because every field may be left out of a file, and with what editors show added. */
function published(schema: { [key: string]: Json }, path: string): { [key: string]: Json } {
  const { required: _, properties, description, enumDescriptions, ...rest } = schema;
  const out: { [key: string]: Json } = { ...rest };
  if (description !== undefined) Object.assign(out, { description, markdownDescription: markdown(String(description), path) });
  if (rest['pattern'] !== undefined) out['patternErrorMessage'] = 'This names a folder: no slashes, no control characters, none of < > : " | ? *, and no dot or blank at an end.';
  if (enumDescriptions !== undefined) Object.assign(out, { enumDescriptions, markdownEnumDescriptions: enumDescriptions });
  if (properties !== undefined) {
    out['properties'] = Object.fromEntries(
      Object.entries(properties as { [name: string]: { [key: string]: Json } }).map(([name, inner]) => [name, published(inner, joinPath(path, name))]),
    );
  }
  return out;
}

/** The description with how to choose the field: what editors show in hovers and completions. */
function markdown(description: string, path: string): string {
  const guidance = guidanceOf(path);
  return guidance ? [description, guidance.effect, bearings(guidance)].filter((part) => part !== '').join('\n\n') : description;
}
