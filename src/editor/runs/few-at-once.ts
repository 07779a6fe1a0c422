/** Runs actions, at most `most` at a time: a thousand files opened at once would starve everyone else in the host. */
export function fewAtOnce(most: number): <T>(action: () => Promise<T>) => Promise<T> {
  let going = 0;
  const waiting: (() => void)[] = [];
  return async (action) => {
    // a place that becomes free is handed on, so that nobody can slip in between
    if (going >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else going++;
    try {
      return await action();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else going--;
    }
  };
}
