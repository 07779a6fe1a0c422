/** What probes found on this machine, in the user's cache folder: measured once, not at every start. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { engineNames } from '../names.ts';
import { cudaPackage, onnxPackage, tensorflowPackage } from '../packages.ts';
import { cacheFolder } from '../storage.ts';
import { parseResult, type ProbeRequest, type ProbeResult } from './result.ts';

/** An engine that worked will work; one that did not may have been given its driver since. */
const lasts = { worked: 30 * 24 * 3600_000, failed: 24 * 3600_000 };

const variables = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'CUDA_VISIBLE_DEVICES', 'LD_LIBRARY_PATH', 'DISPLAY', 'XDG_RUNTIME_DIR'];

/** Everything that a result depends on: the machine, its system, the packages, what directs drivers. */
function machine(): string {
  const packages = [onnxPackage(), cudaPackage(), tensorflowPackage('cpu'), tensorflowPackage('gpu')].map((found) => found?.version ?? null);
  const facts = [hostname(), platform(), arch(), release(), cpus()[0]?.model, cpus().length, totalmem(), process.versions.node, packages, variables.map((name) => process.env[name] ?? null)];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 24);
}

interface Entry {
  readonly time: number;
  readonly result: ProbeResult;
}

const fileName = (): string => join(cacheFolder(), 'engines.json');
const keyOf = ({ name, threads, device, precision = 'float32' }: ProbeRequest): string => [name, threads, device, ...(precision === 'float32' ? [] : [precision])].join(' ');

/** Results of this machine that still count. A file that cannot be read holds none. */
function read(here: string, now: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  try {
    const file = JSON.parse(readFileSync(fileName(), 'utf8')) as { version?: unknown; machine?: unknown; results?: unknown };
    if (file.version !== 1 || file.machine !== here || typeof file.results !== 'object' || file.results === null) return entries;
    for (const [key, value] of Object.entries(file.results)) {
      const { time, result } = value as { time?: unknown; result?: unknown };
      const name = engineNames.find((each) => key.startsWith(`${each} `));
      const parsed = name && parseResult(result, name);
      if (parsed && typeof time === 'number' && now - time >= 0 && now - time < (parsed.ok ? lasts.worked : lasts.failed)) entries.set(key, { time, result: parsed });
    }
  } catch {
    // nothing remembered
  }
  return entries;
}

/** The result of an earlier probe on this machine; one without speeds does not answer a request for them. */
export function recall(request: ProbeRequest, now = Date.now()): ProbeResult | undefined {
  const result = read(machine(), now).get(keyOf(request))?.result;
  return result?.ok && request.bench && result.steps === 0 ? undefined : result;
}

/** Writes a result down. A folder that cannot be written to is no reason to fail: then it is measured again. */
export function remember(request: ProbeRequest, result: ProbeResult, now = Date.now()): void {
  if (!result.ok && result.trouble === 'missing') return; // costs nothing to find out, and installing changes it
  const here = machine();
  const entries = read(here, now);
  const known = entries.get(keyOf(request))?.result;
  if (result.ok && result.steps === 0 && known?.ok && known.steps > 0) return; // that it still works is no reason to forget how fast it is
  entries.set(keyOf(request), { time: now, result });
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    const beside = `${fileName()}.${process.pid}`;
    writeFileSync(beside, `${JSON.stringify({ version: 1, machine: here, results: Object.fromEntries(entries) }, null, 1)}\n`);
    renameSync(beside, fileName());
  } catch {
    // measured again next time
  }
}

