/** The onnxruntime of this process: there can be one only. Its library is found by its name, so a second copy would get the first one's. */
import { createRequire } from 'node:module';
import type * as onnxruntime from 'onnxruntime-node';
import { cudaPackage, onnxPackage, type FoundPackage } from '../packages.ts';

/** What is used of onnxruntime. */
export type OnnxRuntime = Pick<typeof onnxruntime, 'InferenceSession' | 'Tensor'>;

let loaded: OnnxRuntime | undefined;

/**
 * The copy with CUDA libraries beside it, if there is one: onnxruntime looks for these where its own library was loaded from. It is
 * of the embedded version, and all else of it the same. Otherwise, or if that copy is damaged, the embedded package.
 * @throws if no binary can be loaded, with what was said
 */
export function onnxRuntime(): OnnxRuntime {
  return loaded ??= copyWithCuda() ?? load(onnxPackage());
}

function copyWithCuda(): OnnxRuntime | undefined {
  try {
    const found = cudaPackage();
    return found && load(found);
  } catch {
    return undefined; // onnx:cuda then fails when it is asked for, and all others work
  }
}

function load(found: FoundPackage | undefined): OnnxRuntime {
  if (!found) throw new Error('the package onnxruntime-node is not installed');
  return createRequire(found.from)(found.name) as OnnxRuntime;
}
