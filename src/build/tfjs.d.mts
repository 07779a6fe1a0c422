/** What a bundle made now would say in its first line: a hash over the files (by default lock file and bundling script). */
export function madeFrom(paths?: readonly string[]): string;
/** Makes dist/tfjs.mjs, or another file, unless its first line is the mark. Throws what esbuild throws. */
export function bundleTfjs(outfile?: string, mark?: string): Promise<void>;
