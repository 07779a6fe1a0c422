/** Diagnostics as a terminal shows them. */
import type { Diagnostic } from './diagnostics.ts';
import { Positions } from './positions.ts';

/** Columns of the source line that are shown; the rest of a longer line is cut. */
const width = 100;

/**
 * One diagnostic: `file:line:column severity code: message`, then the line of the source with carets under the range, and
 * what to do about it where that is known.
 */
export function formatDiagnostic(diagnostic: Diagnostic, file: string, text: string): string {
  return format(diagnostic, file, new Positions(text));
}

/** All diagnostics of a file, with a count at the end; empty when there are none. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], file: string, text: string): string {
  if (diagnostics.length === 0) return '';
  const positions = new Positions(text);
  const count = (severity: string, name: string): string[] => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return found === 0 ? [] : [`${found} ${name}${found === 1 ? '' : 's'}`];
  };
  const summary = [...count('error', 'error'), ...count('warning', 'warning'), ...count('note', 'note')].join(', ');
  return [...diagnostics.map((diagnostic) => format(diagnostic, file, positions)), summary].join('\n\n');
}

function format(diagnostic: Diagnostic, file: string, positions: Positions): string {
  const { line, column, severity, code, message, expected, fix } = diagnostic;
  const lines = [`${file}:${line}:${column} ${severity} ${code}: ${message}`, ...source(diagnostic, positions)];
  if (expected !== undefined && !message.includes(expected)) lines.push(`  expected: ${expected}`);
  if (fix !== undefined) lines.push(`  fix: ${fix.title}`);
  return lines.join('\n');
}

function source({ line, column, length }: Diagnostic, positions: Positions): string[] {
  const whole = positions.line(line);
  // Of a very long line, the part around the range.
  const start = column - 1 > width - 20 ? column - 1 - 40 : 0;
  // Every character keeps one column: tabs become blanks, and what could drive a terminal becomes a dot.
  const shown = whole.slice(start, start + width).replaceAll('\t', ' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '·');
  const indent = column - 1 - start;
  const carets = Math.max(1, Math.min(length, shown.length - indent));
  const gutter = String(line);
  return [`  ${gutter} | ${shown}`, `  ${' '.repeat(gutter.length)} | ${' '.repeat(indent)}${'^'.repeat(carets)}`];
}
