import { freemem, totalmem } from 'node:os';

/** Bytes of memory that this process may come to use, and those that nobody uses now. */
export interface MachineMemory {
  readonly total: number;
  readonly free: number;
}

/** What the system has, or what a container is allowed of it. */
export function machineMemory(): MachineMemory {
  const all = totalmem();
  const allowed = process.constrainedMemory(); // 0, or a number beyond all memory, where there is no bound
  const total = allowed > 0 && allowed < all ? allowed : all;
  return { total, free: Math.min(freemem(), total) };
}
