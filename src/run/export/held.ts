/** Whether a type of numbers can hold a tensor: what overflows becomes infinite, and whoever loads it writes garbage. */
import type { WritableType } from '../../policy/gguf/quantize.ts';

export type ExportedType = WritableType | 'BF16';

/** The largest number of each type; of Q8_0, 127 times the largest scale. */
const largest: Readonly<Record<ExportedType, number>> = { F32: 3.4028234663852886e38, BF16: 3.3895313892515355e38, F16: 65504, Q8_0: 127 * 65504 };

/** @returns the numbers. @throws naming the tensor and what the type cannot hold */
export function held(name: string, data: Float32Array, type: ExportedType): Float32Array {
  const most = largest[type];
  for (let i = 0; i < data.length; i++) {
    if (Math.abs(data[i]) <= most) continue;
    const cure = Number.isFinite(data[i]) ? 'Export it with --type f32' : 'This policy is broken; export an earlier one with --checkpoint';
    throw new Error(`Tensor '${name}' holds ${data[i]} at place ${i}, which ${type} cannot hold. ${cure}.`);
  }
  return data;
}
