import { describeAsMarkdown, describeField } from '../config/describe.ts';
import { fieldsBelow, rootField } from '../config/field-tree.ts';
import { experimentJsonSchema } from '../config/json-schema.ts';
import { closest } from '../config/spelling.ts';
import { jsonOption, type Command } from './command.ts';
import { exitCode, UsageError } from './failure.ts';
import { json, line } from './io.ts';

/** `steptool schema`: what an experiment file may hold. */
export const schema: Command = {
  name: 'schema',
  usage: '[field] [options]',
  summary: 'Prints the JSON Schema of experiment files, or, with the path of a field or section, what that means.',
  takes: { least: 0, most: 1, what: 'the path of a field' },
  options: { ...jsonOption },
  examples: [
    ['', 'The JSON Schema, for an editor or another program.'],
    ['credit.mode', 'What the field means, what it takes, its default.'],
    ['credit --json', 'A section, for another program.'],
  ],
  async run(args, io) {
    const [path] = args.words;
    if (path === undefined) json(io.out, experimentJsonSchema());
    else if (describeField(path) === undefined) throw new UsageError(unknown(path));
    else if (args.flag('json')) json(io.out, describeField(path));
    else line(io.out, describeAsMarkdown(path));
    return exitCode.done;
  },
};

function unknown(path: string): string {
  const paths = fieldsBelow(rootField).map((field) => field.path);
  const near = closest(path, paths) ?? paths.find((known) => known.split('.').at(-1) === path.split('.').at(-1));
  return `There is no field '${path}'.${near === undefined ? ` The sections are ${[...rootField.fields.keys()].join(', ')}.` : ` Did you mean '${near}'?`}`;
}
