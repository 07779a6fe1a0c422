/**
 * Loads TensorFlow's addon for Node. It is no dependency: it is found where the user put it. Its package brings its own copy
 * of TF.js, which shares engine, kernels and gradients with ours through the global object, as all copies of one version do.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import util from 'node:util';
import { backend, getBackend, getKernel, getKernelsForBackend, registerKernel, setBackend, unregisterKernel, version_core, type KernelConfig, type NamedAttrMap } from '#tfjs';
import type { FoundPackage } from '../packages.ts';

/** The name that the package registers its backend under. */
export const backendName = 'tensorflow';

export interface LoadedTensorFlow {
  /** Of the library that computes, as `2.9.1`. */
  readonly version: string;
  readonly usesGpu: boolean;
  readonly threads: number;
}

interface NodeBackend {
  readonly isUsingGpuDevice?: unknown;
  readonly binding?: { readonly TF_Version?: unknown };
}

let loaded: (LoadedTensorFlow & { readonly folder: string }) | undefined;

/**
 * @param threads 0 means one for each core; TensorFlow reads it once, when it is loaded
 * @param device which graphics card, counted from 0
 * @throws what the package throws, most often the loader's message about a missing library; if another copy was loaded before
 */
export function loadTensorFlow(found: FoundPackage, threads: number, device: number): LoadedTensorFlow {
  if (loaded?.folder === found.folder) return loaded;
  if (loaded) throw new Error(`This process has already loaded ${loaded.folder}: TensorFlow's packages for CPU and GPU cannot be used at the same time.`);
  if (found.version !== version_core) throw new Error(`${found.name} ${found.version} does not fit TF.js ${version_core}, which this program was built with. Install version ${version_core}.`);
  defineIsNullOrUndefined();
  const count = threads || availableParallelism();
  const settings = { TF_NUM_INTRAOP_THREADS: String(count), TF_NUM_INTEROP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: process.env['TF_CPP_MIN_LOG_LEVEL'] ?? '2', ...(found.name.endsWith('-gpu') && device > 0 ? { CUDA_VISIBLE_DEVICES: String(device) } : {}) };
  Object.assign(process.env, settings); // node hands these on to the C library, where TensorFlow reads them
  const before = getBackend();
  const own = getKernelsForBackend('cpu');
  createRequire(found.from)(found.name);
  keepKernels(own);
  setBackend(backendName);
  countGatherAxisFromTheFront();
  const { isUsingGpuDevice, binding } = backend() as unknown as NodeBackend;
  if (before) setBackend(before);
  loaded = { folder: found.folder, version: String(binding?.TF_Version ?? 'unknown'), usesGpu: isUsingGpuDevice === true, threads: count };
  return loaded;
}

/** Its copy of TF.js puts kernels in the place of our reference's, which do not know our buffers: TensorScatterUpdate would drop all other rows. */
function keepKernels(own: readonly KernelConfig[]): void {
  for (const kernel of own) {
    unregisterKernel(kernel.kernelName, kernel.backendName);
    registerKernel(kernel);
  }
}

/** Its kernel takes an axis counted from the end for a place in the shape: such a gather fails, or would read beside. */
function countGatherAxisFromTheFront(): void {
  const kernel = getKernel('GatherV2', backendName);
  unregisterKernel('GatherV2', backendName);
  registerKernel({
    ...kernel,
    kernelFunc: (call) => {
      const { axis } = call.attrs as NamedAttrMap & { readonly axis: number };
      const { shape } = call.inputs['x'] as { readonly shape: readonly number[] };
      return kernel.kernelFunc({ ...call, attrs: { ...call.attrs, axis: axis < 0 ? axis + shape.length : axis } });
    },
  });
}

/** The package calls `util.isNullOrUndefined`, which Node 23 took away (tfjs#8609). */
export function defineIsNullOrUndefined(target: object = util): void {
  if ('isNullOrUndefined' in target && typeof target.isNullOrUndefined === 'function') return;
  Object.defineProperty(target, 'isNullOrUndefined', { configurable: true, writable: true, value: (value: unknown): boolean => value === null || value === undefined });
}
