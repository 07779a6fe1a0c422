/** The facts and settings of a run, as the report tells them. */
import type { Fact, Setting } from '../../../webview/report/model.ts';
import { count, duration, plain } from '../../../webview/shared/format.ts';
import { presetExperiment } from '../../config/defaults.ts';
import type { MetricsLine } from '../folder/lines.ts';
import type { RunHead } from '../folder/reader.ts';
import { leaves } from './settings.ts';

/** The middle value: one slow iteration, such as the first with its compilation, does not move it. */
function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** How the run ended, as a person would say it. */
function statusFact({ run, status }: RunHead): Fact {
  switch (status) {
    case 'running': return { label: 'Status', value: 'Running', detail: 'this report is a snapshot' };
    case 'finished': return { label: 'Status', value: 'Finished', detail: run.end?.replace(/T(\d\d:\d\d).*$/, ' at $1 UTC') };
    case 'stopped': return { label: 'Status', value: 'Stopped', detail: 'it can be resumed' };
    case 'interrupted': return { label: 'Status', value: 'Interrupted', detail: 'its writer is gone; it can be resumed' };
    case 'failed': return { label: 'Status', value: 'Failed', detail: run.error?.code };
  }
}

/** Engine, size, time and speed. Speeds are medians over iterations. */
export function factsOf(head: RunHead, lines: readonly MetricsLine[]): Fact[] {
  const { run } = head;
  const last = lines.at(-1);
  const speed = (label: string, name: 'speed/rolloutTokensPerSecond' | 'speed/trainTokensPerSecond', detail: string): Fact[] => {
    const middle = median(lines.flatMap((line) => line[name] ?? []));
    return middle === undefined ? [] : [{ label, value: `${plain(Math.round(middle))} tokens/s`, detail }];
  };
  const memory = lines.reduce((most, line) => Math.max(most, line['memory/residentMB'] ?? 0), 0);
  return [
    statusFact(head),
    { label: 'Engine', value: `${run.engine.name}, ${count(run.engine.threads, 'thread')}`, detail: run.engine.reason },
    ...(last ? [
      { label: 'Iterations', value: plain(last.iteration), detail: `${plain(last.updates)} updates, ${plain(last.tokens)} tokens collected` },
      { label: 'Time', value: duration(last.seconds), detail: run.resumed.length > 0 ? `resumed ${count(run.resumed.length, 'time')}` : undefined },
    ] : []),
    ...speed('Collecting', 'speed/rolloutTokensPerSecond', 'median over iterations'),
    ...speed('Updating', 'speed/trainTokensPerSecond', 'median over iterations'),
    ...(memory > 0 ? [{ label: 'Memory', value: `${plain(Math.round(memory))} MB`, detail: 'most that was resident' }] : []),
    { label: 'Seeds', value: Object.entries(run.seeds).map(([name, seed]) => `${name} ${seed}`).join(', ') || 'none' },
    { label: 'Experiment', value: run.experiment.path.split(/[\\/]/).at(-1) ?? '', detail: `sha256 ${run.experiment.sha256.slice(0, 12)}` },
    { label: 'Versions', value: run.versions['steptool'] ? `StepTool ${run.versions['steptool']}` : 'see run.json', detail: Object.entries(run.versions).filter(([name]) => name !== 'steptool').map((pair) => pair.join(' ')).join(', ') || undefined },
  ];
}

/** Every setting of `resolved.json`, in its order; `chosen` where it is not what an empty experiment file would mean. */
export function settingsOf(resolved: unknown): Setting[] {
  const defaults = new Map(leaves(presetExperiment('default'), ''));
  return leaves(resolved, '').filter(([path]) => path !== '').map(([path, value]) => ({ path, value, chosen: defaults.get(path) !== value }));
}
