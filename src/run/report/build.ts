/** From a run folder to what its report holds. */
import { readFile } from 'node:fs/promises';
import type { Pair, ReportData } from '../../../webview/report/model.ts';
import { isMetricsLine, isTrajectoryLine } from '../folder/lines.ts';
import type { MetricsLine, TrajectoryLine } from '../folder/lines.ts';
import { runPath } from '../folder/paths.ts';
import type { RunReader } from '../folder/reader.ts';
import { readRun } from '../folder/reader.ts';
import { curvesOf } from './curves.ts';
import { cutToFit } from './cut.ts';
import { factsOf, settingsOf } from './facts.ts';
import { headlineOf } from './headline.ts';
import type { Candidate } from './pick.ts';
import { candidateOf, pickIds, pickPairs } from './pick.ts';
import { eachRecord } from './records.ts';
import { measuresOf, stagesOf } from './stages.ts';

/** How much a report may hold. */
export interface ReportLimits {
  readonly trajectories: number;
  readonly pairs: number;
  /** For all trajectories together, as JSON. */
  readonly trajectoryBytes: number;
}
export const reportLimits: ReportLimits = { trajectories: 60, pairs: 6, trajectoryBytes: 800_000 };

/** `resolved.json`, or null where it is missing or damaged: a report without settings is better than none. */
async function readResolved(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(runPath.resolved(folder), 'utf8'));
  } catch {
    return null;
  }
}

function confidenceOf(resolved: unknown): number {
  const evaluation = (resolved as { readonly evaluation?: { readonly confidence?: unknown } } | null)?.evaluation;
  return typeof evaluation?.confidence === 'number' ? evaluation.confidence : 0.95;
}

/** The trajectories to show, in the file's order, by two passes: one that looks at what they are, one that reads the chosen. */
async function sample({ trajectories: file }: RunReader, limits: ReportLimits): Promise<{ chosen: TrajectoryLine[]; pairs: Pair[]; inRun: number; skipped: number }> {
  const candidates: Candidate[] = [];
  const skipped = await eachRecord(file, isTrajectoryLine, (record, line) => void candidates.push(candidateOf(record, line)));
  const pairs = pickPairs(candidates, limits.pairs);
  const ids = pickIds(candidates, pairs, limits.trajectories);
  const chosen: TrajectoryLine[] = [];
  for (const { id, line } of candidates) {
    if (!ids.delete(id)) continue; // Deleting keeps only the first of several lines with one id.
    const [found] = await file.window(line, 1);
    if (found?.kind === 'value' && isTrajectoryLine(found.value)) chosen.push(found.value);
  }
  return { chosen, pairs, inRun: candidates.length, skipped };
}

/** Builds a report's data. The run may still be running. Throws RunFolderError where the folder is no readable run. */
export async function buildReport(folder: string, limits: ReportLimits = reportLimits): Promise<ReportData> {
  const reader = await readRun(folder);
  const { run } = reader.head;
  const resolved = await readResolved(reader.folder);
  const lines: MetricsLine[] = [];
  const skippedMetrics = await eachRecord(reader.metrics, isMetricsLine, (line) => void lines.push(line));
  const { chosen, pairs, inRun, skipped } = await sample(reader, limits);
  const trajectories = cutToFit(chosen, limits.trajectoryBytes);
  const held = new Set(trajectories.map((one) => one.id));
  const stages = stagesOf(lines);
  const measures = measuresOf(stages);
  const confidence = confidenceOf(resolved);
  const last = lines.at(-1);
  const note = (n: number, file: string): string[] => (n > 0 ? [`${n} damaged ${n === 1 ? 'line' : 'lines'} of ${file} ${n === 1 ? 'was' : 'were'} passed over.`] : []);
  return {
    version: 1,
    overview: {
      name: run.name, runId: run.id, status: reader.head.status, error: run.error?.message, confidence,
      stages: stages.map(({ stage }) => stage), measures,
      headline: headlineOf({ stages: stages.map(({ stage }) => stage), measures, confidence, iterations: last?.iteration ?? 0, seconds: last?.seconds ?? 0, engine: run.engine.name }),
      facts: factsOf(reader.head, lines), settings: settingsOf(resolved),
      notes: [...note(skippedMetrics, 'metrics.jsonl'), ...note(skipped, 'trajectories.jsonl')],
      trajectoriesInRun: inRun,
      pairs: pairs.filter(({ early, late }) => held.has(early) && held.has(late)),
    },
    curves: curvesOf(lines),
    trajectories,
  };
}
