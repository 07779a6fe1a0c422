/** A page that is hidden is unloaded: shown again it is to stand where it stood, once what it shows is as long as it was. */

/** Milliseconds after the last scrolling in which its place is kept. */
const rest = 200;
/** Milliseconds for which the page goes back to its place once it was there: what is above is still being drawn, and grows. */
const settling = 1500;

/**
 * Goes to `first` pixels, and again whenever `content` changes its size, until that has settled or the reader scrolls on their own;
 * `keep` hears where the page stands from then on.
 */
export function keepScroll(content: Element, first: number, keep: (pixels: number) => void): void {
  let goal: number | undefined = first > 0 ? first : undefined;
  let timer: number | undefined;
  let settled: number | undefined;
  const stop = (): void => {
    goal = undefined;
    sizes.disconnect();
  };
  const sizes = new ResizeObserver(() => {
    if (goal === undefined) return;
    window.scrollTo({ top: goal, behavior: 'instant' });
    if (Math.abs(window.scrollY - goal) < 2) settled ??= window.setTimeout(stop, settling);
  });
  for (const type of ['wheel', 'keydown', 'pointerdown', 'touchmove'] as const) window.addEventListener(type, stop, { passive: true });
  window.addEventListener('scroll', () => {
    if (goal !== undefined) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => keep(Math.round(window.scrollY)), rest);
  }, { passive: true });
  if (goal !== undefined) sizes.observe(content);
}
