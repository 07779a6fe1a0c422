/** Experiment files for windows to open. */
import { readFileSync } from 'node:fs';

/** The smallest that trains: seconds on an idle machine. It learns nothing. */
export const tiny = (iterations = 2): string => `// As small as it gets.
{
  "policy": { "checkpoint": null, "width": 16, "layers": 1, "heads": 2, "keyValueHeads": 1, "feedForward": 32, "context": 512 },
  "warmStart": { "steps": 5, "batchTokens": 1024 },
  "rollout": { "tasksPerIteration": 2, "samplesPerTask": 2 },
  "algorithm": { "iterations": ${iterations} },
  "evaluation": { "tasksPerSplit": 4 },
}
`;

/** So many iterations that a test always finds it training; never trained to its end. */
export const endless = tiny(100_000);

/** The quickstart that users are sent to, its policy included, with less to do. Throws if a line it changes is gone. */
export function quickstart(): string {
  // its `$schema` is a path from where it lies
  const file = readFileSync(new URL('../../examples/quickstart.steptool.json', import.meta.url), 'utf8').replace(/ *"\$schema".*\n\n?/, '');
  return Object.entries({ iterations: 2, tasksPerIteration: 4, samplesPerTask: 4, tasksPerSplit: 4 }).reduce((text, [name, less]) => {
    const changed = text.replace(new RegExp(`("${name}": )\\d+`), `$1${less}`);
    if (changed === text) throw new Error(`The quickstart sets no ${name} any more: change it here, too.`);
    return changed;
  }, file);
}
