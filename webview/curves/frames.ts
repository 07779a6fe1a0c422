/** When to draw: only what is in sight, only once a frame, and not for longer than a frame allows. */

/** Milliseconds of drawing in one frame; the rest is for scrolling and pointers. One chart is always drawn. */
const budget = 12;

export interface Frames {
  /** Watches an element; `draw` is called when it is due and in sight. */
  add(element: Element, draw: () => void): void;
  remove(element: Element): void;
  /** Says that everything is out of date, or one element. */
  due(element?: Element): void;
}

/** Draws in turn, so that on a slow machine every chart is drawn now and then instead of the first ones always. */
export function frames(): Frames {
  const draws = new Map<Element, () => void>();
  const seen = new Set<Element>();
  const waiting = new Set<Element>();
  let asked = false;
  const frame = (): void => {
    asked = false;
    const until = performance.now() + budget;
    for (const element of waiting) {
      if (!seen.has(element)) continue;
      waiting.delete(element);
      draws.get(element)?.();
      if (performance.now() >= until) break;
    }
    ask();
  };
  const ask = (): void => {
    if (asked || ![...waiting].some((element) => seen.has(element))) return;
    asked = true;
    requestAnimationFrame(frame);
  };
  // A little before they come into sight, so that scrolling shows no empty charts.
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target);
      else seen.delete(target);
    }
    ask();
  }, { rootMargin: '200px' });
  return {
    add(element, draw) {
      draws.set(element, draw);
      waiting.add(element);
      observer.observe(element);
    },
    remove(element) {
      draws.delete(element);
      seen.delete(element);
      waiting.delete(element);
      observer.unobserve(element);
    },
    due(element) {
      for (const each of element ? [element] : draws.keys()) waiting.add(each);
      ask();
    },
  };
}
