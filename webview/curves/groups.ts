/** Which runs share a line, and how their settings differ. */
import type { RunInfo } from './protocol.ts';
import { say } from './strings.ts';

/** A setting that not all runs have the same: one value a run as JSON, undefined where the run has no such setting. */
export interface Difference {
  readonly path: string;
  readonly values: readonly (string | undefined)[];
}

/** Settings that differ between any two of the runs, in their order; runs whose settings could not be read do not count. */
export function differencesOf(runs: readonly RunInfo[]): Difference[] {
  const known = runs.filter(({ settings }) => settings.length > 0);
  const maps = runs.map(({ settings }) => new Map(settings));
  const paths = new Set(known.flatMap(({ settings }) => settings.map(([path]) => path)));
  return [...paths].flatMap((path) => {
    const values = maps.map((map) => map.get(path));
    const different = new Set(known.map((run) => values[runs.indexOf(run)]));
    return different.size > 1 ? [{ path, values }] : [];
  });
}

/** A setting that changes chance, or what is written where, but not what is tried. */
const isBeside = (path: string): boolean => /(^|\.)seeds?(\.|$)|^name$|^output\./i.test(path);

/** How runs are put together: `run` each alone, `seeds` those that differ in seeds only, or `=` and a setting's path. */
export type Grouping = 'run' | 'seeds' | `=${string}`;

export interface Group {
  readonly label: string;
  /** Places in the list of runs. */
  readonly runs: readonly number[];
}

/** What to call a run among others: its name where that is enough, its id where all have the same name, else both. */
export function runLabel(info: RunInfo, all: readonly RunInfo[]): string {
  if (info.id === '' || !all.some((other) => other !== info && other.name === info.name)) return info.name;
  return all.every(({ name }) => name === info.name) ? info.id : `${info.name} ${info.id}`;
}

/** A value in a label, cut where it is long. */
const short = (json: string | undefined): string => {
  const text = [...plainValue(json)];
  return text.length > 40 ? `${text.slice(0, 39).join('')}…` : text.join('');
};

/** JSON of a setting as people read it: a text without its quotes. */
export const plainValue = (json: string | undefined): string => (json === undefined ? say('unset') : /^"[^"\\]*"$/.test(json) ? json.slice(1, -1) : json);

/** The groups in order of their first run; every run is in one. */
export function groupsOf(runs: readonly RunInfo[], by: Grouping): Group[] {
  if (by === 'run') return runs.map((info, run) => ({ label: runLabel(info, runs), runs: [run] }));
  const differences = differencesOf(runs).filter(({ path }) => !isBeside(path));
  const path = by.startsWith('=') ? by.slice(1) : undefined;
  const keyOf = (run: number): string => {
    if (path !== undefined) return new Map(runs[run].settings).get(path) ?? '';
    // Runs whose settings are not known are not taken for equal.
    return runs[run].settings.length === 0 ? `${run}` : JSON.stringify(differences.map(({ values }) => values[run] ?? null));
  };
  const found = new Map<string, number[]>();
  runs.forEach((_, run) => {
    const key = keyOf(run);
    const group = found.get(key);
    if (group) group.push(run);
    else found.set(key, [run]);
  });
  const labelled = [...found.values()].map((members) => {
    const label = path !== undefined ? `${path.split('.').at(-1) ?? path} ${short(new Map(runs[members[0]].settings).get(path))}`
      : members.length === 1 ? runLabel(runs[members[0]], runs)
      : differences.length === 0 ? runs[members[0]].name
      : differences.slice(0, 3).map((difference) => `${difference.path.split('.').at(-1)} ${short(difference.values[members[0]])}`).join(', ');
    return { label: members.length > 1 ? `${label} (${say('runsOf', members.length)})` : label, runs: members };
  });
  // Groups that differ only in what their labels leave out are told apart by their first runs.
  return labelled.map((group) => (labelled.some((other) => other !== group && other.label === group.label) ? { ...group, label: `${group.label} ${runLabel(runs[group.runs[0]], runs)}` } : group));
}
