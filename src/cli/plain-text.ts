/** Texts that others wrote (policies, tools, files), made safe to show in a terminal. */

/**
 * Replaces by a dot what could drive a terminal or hide text: control characters, C1 codes among them, and marks that
 * turn the direction of writing. Line ends and tabs stay.
 */
export const safeText = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, '·');

/** The same as one line. */
export const safeLine = (text: string): string => safeText(text).replace(/[\n\t]+/g, ' ');

/** Puts a text behind a label; its further lines are indented to stand below the first. */
export const labelled = (label: string, text: string): string => `${label}${safeText(text).replaceAll('\n', `\n${' '.repeat(label.length)}`)}`;
