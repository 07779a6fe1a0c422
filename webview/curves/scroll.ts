/** A page that is hidden is unloaded: shown again it is to stand where it stood, once what it shows is as long as it was. */

/** Milliseconds after the last scrolling in which its place is kept. */
const rest = 200;

/** Goes to `first` pixels at each `restore` until it is there or the reader scrolls on their own; `keep` hears where the page stands from then on. */
export function keepScroll(first: number, keep: (pixels: number) => void): { restore(): void } {
  let goal: number | undefined = first > 0 ? first : undefined;
  let timer: number | undefined;
  const stop = (): void => { goal = undefined; };
  for (const type of ['wheel', 'keydown', 'pointerdown', 'touchmove'] as const) window.addEventListener(type, stop, { passive: true });
  window.addEventListener('scroll', () => {
    if (goal !== undefined) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => keep(Math.round(window.scrollY)), rest);
  }, { passive: true });
  return {
    restore() {
      if (goal === undefined) return;
      window.scrollTo({ top: goal, behavior: 'instant' });
      if (Math.abs(window.scrollY - goal) < 2) goal = undefined;
    },
  };
}
