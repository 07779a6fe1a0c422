import { Optional, String as StringType } from '@sinclair/typebox';
import { integer, section } from '../fields.ts';

/** What is kept to resume from. */
export const checkpointsSection = section('Checkpoints: what a stopped run resumes from.', {
  every: integer('Iterations between checkpoints. The last one is always written.', 5, 1, 1_000_000),
  keep: integer('Checkpoints that are kept; older ones are deleted.', 3, 1, 1_000_000),
});

/** Where runs are written. */
export const outputSection = section('Where runs are written.', {
  folder: Optional(
    StringType({
      description: 'Folder of runs, relative to this file. By default `runs` beside it. Each run is a folder `<name>/<id>` in it.',
      minLength: 1,
    }),
  ),
});
