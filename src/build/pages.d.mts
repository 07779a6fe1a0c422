/** The parts of esbuild's metafile that checks read: what went into each output. */
export interface Metafile {
  readonly inputs: Readonly<Record<string, { readonly bytes: number }>>;
  readonly outputs: Readonly<Record<string, { readonly bytes: number; readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>;
}
export const pages: readonly string[];
export function bundlePages(outdir?: string): Promise<Metafile>;
