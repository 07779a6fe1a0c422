import type { BuildOptions } from 'esbuild';

/** The bundled command line. */
export const commandLine: string;
/** Whether a source is newer than the bundle. */
export function isStale(): boolean;
/** Bundles everything under dist. Throws what esbuild throws. */
export function bundle(): Promise<void>;
/** How the extension is bundled. */
export const extensionOptions: Pick<BuildOptions, 'external' | 'format' | 'mainFields' | 'platform'>;
