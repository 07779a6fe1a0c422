/** What a command of the command line printed with `--json`. */

/** A text by its name. Undefined where there is none: what a process prints is not taken on trust. */
export function textIn(lines: readonly string[], name: string): string | undefined {
  try {
    const value: unknown = JSON.parse(lines.join('\n'));
    if (typeof value !== 'object' || value === null) return undefined;
    const text = new Map<string, unknown>(Object.entries(value)).get(name);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
