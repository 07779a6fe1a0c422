/**
 * The date that templates are told which cannot do without one: always the same, so that a prompt depends on nothing but its dialogue.
 * It is the one that Llama 3's templates take where they know no clock.
 */

/** Friday, 26 July 2024, midnight, by the directives of `strftime`. */
const parts: Readonly<Record<string, string>> = {
  Y: '2024', y: '24', m: '07', d: '26', e: '26', j: '208', B: 'July', b: 'Jul', h: 'Jul', A: 'Friday', a: 'Fri', w: '5', u: '5',
  H: '00', I: '12', M: '00', S: '00', f: '000000', p: 'AM', Z: 'UTC', z: '+0000', F: '2024-07-26', T: '00:00:00', D: '07/26/24',
  x: '07/26/24', X: '00:00:00', c: 'Fri Jul 26 00:00:00 2024', '%': '%',
};

/** What templates call `strftime_now`. `%-d` is a number without its zeros. @throws naming a directive that is not known */
export const strftimeFixed = (format: unknown): string => String(format).replace(/%(-?)(.?)/gs, (directive, plain: string, letter: string) => {
  if (!Object.hasOwn(parts, letter)) throw new Error(`strftime_now is asked for ${directive}, which is not known`);
  return plain === '' ? parts[letter] : parts[letter].replace(/^0+(?=.)/, '');
});
