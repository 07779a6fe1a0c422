import type { HostTensors, TensorProgram } from '../../src/compute/engine.ts';
import { integer } from '../../src/world/random.ts';

/** A small program with inputs of random shapes; each seed gives another. */
export interface KernelCase {
  readonly name: string;
  readonly make: (draw: () => number) => { readonly inputs: HostTensors; readonly program: TensorProgram };
}

export const shapeOf = (draw: () => number, rank: number, most = 4): number[] => Array.from({ length: rank }, () => integer(draw, 1, most));
export const axisOf = (draw: () => number, rank: number): number => integer(draw, -rank, rank - 1);

/** Two shapes that broadcast together: some axes of each are 1, and either may lack leading ones. */
export function broadcastShapes(draw: () => number): [number[], number[]] {
  const full = shapeOf(draw, integer(draw, 0, 4));
  const one = (): number[] => full.map((n) => (draw() < 0.3 ? 1 : n)).slice(draw() < 0.3 ? integer(draw, 0, full.length) : 0);
  return draw() < 0.5 ? [full, one()] : [one(), full];
}
