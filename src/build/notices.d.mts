/** Path of the notices. */
export const noticesFile: string;
/** The packages of bundled files, as folders relative to the repository's root. */
export function packagesOf(files: readonly string[]): string[];
/** The files that went into a bundle, from the comments in it. */
export function filesInside(bundle: string): string[];
/** The notices of packages. Throws for one whose terms are not known. */
export function noticesOf(folders: readonly string[]): string;
/** Writes the notices of everything that was bundled. */
export function writeNotices(files: readonly string[]): void;
