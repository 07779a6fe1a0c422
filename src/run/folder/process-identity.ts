/** Who a process is, precisely enough not to take a later process with the same id for it. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from './errors.ts';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Linux only: boot id and start time in ticks since boot. With the pid it names one process for ever. */
  readonly born?: string;
  /** Linux only: the pid namespace. Ids of another namespace (a container's) say nothing here. */
  readonly namespace?: string;
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // No /proc here, or no such process.
  }
}

/** State letter and birth of a process where /proc tells. */
function look(pid: number): { state: string; born: string } | undefined {
  return orUndefined(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold spaces: the rest counts from the last one (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { state: fields[0], born: `${boot}:${fields[19]}` };
  });
}

const ownNamespace = (): string | undefined => orUndefined(() => readlinkSync('/proc/self/ns/pid'));

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), born: look(process.pid)?.born, namespace: ownNamespace() };
}

/** Whether a process lives: `unknown` when it is (or may be) on another machine or in another container. */
export function isAlive(who: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (who.host !== hostname()) return 'unknown';
  if (who.namespace !== undefined && who.namespace !== ownNamespace()) return 'unknown';
  try {
    process.kill(who.pid, 0); // Signal 0 only asks.
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return 'dead';
    if (systemCode(error) !== 'EPERM') return 'unknown'; // EPERM: it lives, and is someone else's.
  }
  const seen = look(who.pid);
  if (seen === undefined) return 'alive';
  if (seen.state === 'Z' || seen.state === 'X') return 'dead'; // Killed, and only waiting to be collected.
  return who.born !== undefined && who.born !== seen.born ? 'dead' : 'alive';
}
