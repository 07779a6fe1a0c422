// Counter-based randomness. A draw is a pure function of a key (what it is for) and a counter (which draw of that key it is),
// so nothing depends on who draws first: tasks, transient errors and sampled tokens come out the same whatever the schedule.

/** A part of a key: a word or a whole number (up to 2^53 in size, of either sign). */
export type KeyPart = string | number;

/** The finaliser of MurmurHash3 (Appleby): every bit of the input changes every bit of the output about half of the time. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Two lanes of 32 bits, so that two of a few million keys hardly ever share a stream. */
type State = [number, number];

function absorb(state: State, word: number): void {
  state[0] = mix(Math.imul(state[0], 5) + 0xe6546b64 + word | 0);
  state[1] = mix((Math.imul(state[1], 0x9e3779b1) ^ word) + state[0] | 0);
}

function digest(key: readonly KeyPart[]): State {
  const state: State = [0x243f6a88, 0x85a308d3];
  for (const part of key) {
    // The first word of a part tells numbers from strings and gives a string's length: ('a', 'b'), ('ab') and (1), ('1') differ.
    if (typeof part === 'string') {
      absorb(state, part.length * 2 + 1);
      for (let i = 0; i < part.length; i++) absorb(state, part.charCodeAt(i));
    } else {
      if (!Number.isSafeInteger(part)) throw new RangeError(`random: a key part must be a string or a whole number, not ${part}`);
      absorb(state, part < 0 ? 2 : 0);
      absorb(state, Math.abs(part) | 0);
      absorb(state, Math.floor(Math.abs(part) / 2 ** 32));
    }
  }
  return state;
}

/** A 32-bit whole number in [0, 2^32) that depends on the key alone. Throws RangeError for a number that is not a safe integer. */
export function hash(...key: readonly KeyPart[]): number {
  const state = digest(key);
  return mix(state[0] ^ Math.imul(state[1], 0x9e3779b1));
}

/**
 * A generator of the key: each call gives the next draw, uniform in [0, 1) in steps of 2^-32.
 * Draw number n of a key is always the same. Throws RangeError for a number that is not a safe integer.
 */
export function random(...key: readonly KeyPart[]): () => number {
  const [a, b] = digest(key);
  let counter = 0;
  return () => {
    counter = counter + 1 | 0;
    return mix(mix(Math.imul(counter, 0x9e3779b1) ^ a) ^ b) / 2 ** 32;
  };
}

/** A whole number in [from, to], ends included. */
export const integer = (draw: () => number, from: number, to: number): number => from + Math.floor(draw() * (to - from + 1));

/** One of the items, each as likely. Throws if there are none. */
export function pick<T>(draw: () => number, items: readonly T[]): T {
  if (items.length === 0) throw new RangeError('pick: nothing to pick from');
  return items[Math.floor(draw() * items.length)]!;
}

/** The items in a random order (Fisher and Yates), as a new array. */
export function shuffle<T>(draw: () => number, items: readonly T[]): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = integer(draw, 0, i);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}
