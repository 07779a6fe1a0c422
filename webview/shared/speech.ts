/** What a page says: English, until its host hands over the same strings in the user's language. */

export interface Speech<Key extends string> {
  /** A string with its places `{0}`, `{1}` filled in; a place that gets no value stays. */
  readonly say: (key: Key, ...values: readonly (string | number)[]) => string;
  /** Takes over the host's strings; those it does not have, or that are no texts, stay English. */
  readonly speak: (given: { readonly [key: string]: unknown }) => void;
}

/** The speech of a page, given its strings in English. */
export function speech<Key extends string>(english: Readonly<Record<Key, string>>): Speech<Key> {
  const spoken: Record<Key, string> = { ...english };
  return {
    say: (key, ...values) => spoken[key].replace(/\{(\d)\}/g, (place, index) => String(values[Number(index)] ?? place)),
    speak: (given) => {
      for (const key of Object.keys(english) as Key[]) {
        const text = given[key];
        if (typeof text === 'string') spoken[key] = text;
      }
    },
  };
}
