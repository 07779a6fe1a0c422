/**
 * What a keystroke in an experiment file costs: `npm run bench -- language`. The file has 500 lines, every field written out
 * and most of them with something to say. The editor waits for a pause of its own before problems are looked for.
 */
import { performance } from 'node:perf_hooks';
import { presetExperiment } from '../../src/config/defaults.ts';
import { validateExperiment } from '../../src/config/validate.ts';
import { quiet } from '../../src/editor/language/diagnostics.ts';
import { registerLanguage } from '../../src/editor/language/register.ts';
import { LanguageEditor, Text } from '../editor/fake-language.ts';

const lines = 500;
const keystrokes = 60;
const limit = 300;

/** Every field of the preset "default" under the preset "as-released": much is overridden, some has no effect. */
function longFile(): string {
  const written = JSON.stringify({ ...presetExperiment('default'), preset: 'as-released' }, null, 2).split('\n');
  const comments = Array.from({ length: lines - written.length }, (_, index) => `  // line ${index + 1} of what we thought about this experiment`);
  return [written[0], ...comments, ...written.slice(1)].join('\n');
}

const text = longFile();
const editor = new LanguageEditor();
registerLanguage(editor.host);
const file = new Text('/w/long.steptool.json', text);
editor.open(file);

/** Milliseconds of processor time so far: on a busy machine the clock tells of the others. */
const worked = (): number => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const measure = (action: () => void): number => { const start = performance.now(); action(); return performance.now() - start; };
const before = worked();
const taken = { problems: [] as number[], fixes: [] as number[], hover: [] as number[] };
for (let stroke = 0; stroke < keystrokes; stroke++) {
  editor.type(file, text.replace('"seed": 1', `"seed": ${stroke}`));
  taken.problems.push(measure(() => editor.pass(quiet)));
  taken.fixes.push(measure(() => editor.actions(file, '"learning|Rate"')));
  taken.hover.push(measure(() => editor.hover(file, '"learning|Rate"')));
}
const perKeystroke = (worked() - before) / keystrokes;
const completions: number[] = [];
// As it stands in the file: defaults change, and the bench is not about their values.
const written = /"learningRate": [\d.e-]+/.exec(text)?.[0];
if (written === undefined) throw new Error('The long file has no learningRate to complete.');
for (let stroke = 0; stroke < keystrokes; stroke++) {
  const start = performance.now();
  await editor.complete(file, `${written}|`);
  completions.push(performance.now() - start);
}

const { diagnostics, notes } = validateExperiment(text);
console.log(`${text.split('\n').length} lines, ${diagnostics.length} problems, ${notes.length} notes; milliseconds over ${keystrokes} keystrokes`);
const quantile = (values: readonly number[], part: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))];
for (const [name, values] of Object.entries({ ...taken, completions })) {
  const [median, high, most] = [0.5, 0.95, 1].map((part) => quantile(values, part));
  console.log(`${name.padEnd(12)} median ${median.toFixed(1).padStart(6)}   95 % ${high.toFixed(1).padStart(6)}   most ${most.toFixed(1).padStart(6)}`);
}
console.log(`processor time a keystroke: ${perKeystroke.toFixed(1)} ms; with the pause of ${quiet} ms, problems are there ${(quiet + perKeystroke).toFixed(0)} ms after the last one (limit ${limit})`);
if (quiet + perKeystroke > limit) process.exitCode = 1;
