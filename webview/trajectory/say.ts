/** Fills the places `{0}`, `{1}` of a text that the host handed over in the user's language. */
export const say = (text: string, ...values: readonly (string | number)[]): string => text.replace(/\{(\d)\}/g, (place, index) => String(values[Number(index)] ?? place));
