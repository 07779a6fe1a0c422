/** Colours for terminals. */

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;

export type Paint = { readonly [Style in keyof typeof codes]: (text: string) => string };

/** Styles that do what they say, or, when disabled, nothing. */
export function painter(enabled: boolean): Paint {
  const style = (name: keyof typeof codes) => (text: string): string => (enabled ? `\u001b[${codes[name][0]}m${text}\u001b[${codes[name][1]}m` : text);
  return { bold: style('bold'), dim: style('dim'), red: style('red'), green: style('green'), yellow: style('yellow'), cyan: style('cyan') };
}
