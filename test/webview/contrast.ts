/** Whether text can be read: its contrast with what is behind it, as WCAG counts it. */
import type { Page } from 'playwright-core';

/** Texts and placeholders in sight whose contrast is below 4.5, each kind once: `2.82 input.control::placeholder "find"`. */
export const dimTexts = (page: Page): Promise<string[]> => page.evaluate(() => {
  type Colour = readonly [red: number, green: number, blue: number, opacity: number];
  const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const parse = (css: string): Colour => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = css;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = brush.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, opacity / 255];
  };
  const over = (top: Colour, under: Colour): Colour => {
    const mixed = ([0, 1, 2] as const).map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
    return [mixed[0], mixed[1], mixed[2], 1];
  };
  const luminance = (colour: Colour): number => {
    const [red, green, blue] = colour.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  // components keep their parts to themselves: what is behind them is behind what holds them
  const around = (element: Element): Element | null => {
    const root = element.getRootNode();
    return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  };
  const upwards = (element: Element): Element[] => {
    const all: Element[] = [];
    for (let each: Element | null = element; each; each = around(each)) all.push(each);
    return all;
  };
  const behind = (element: Element): Colour => upwards(element).map((each) => parse(getComputedStyle(each).backgroundColor)).reverse()
    .reduce((under, colour) => over(colour, under), parse(getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background')));
  const found = new Map<string, string>();
  const look = (root: ParentNode): void => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) look(element.shadowRoot);
      const isEmptyField = element instanceof HTMLInputElement && element.placeholder !== '' && element.value === '';
      const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      const { width, height } = element.getBoundingClientRect();
      if ((!hasText && !isEmptyField) || width < 2 || height < 2 || element.closest('.hidden-label, script, style')) continue;
      const { color, visibility } = getComputedStyle(element, isEmptyField ? '::placeholder' : null);
      if (visibility === 'hidden') continue;
      const opacity = upwards(element).reduce((all, each) => all * Number(getComputedStyle(each).opacity), 1);
      const [red, green, blue, own] = parse(color);
      const back = behind(element);
      const [light, dark] = [luminance(over([red, green, blue, own * opacity], back)), luminance(back)].sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      const kind = `${element.tagName.toLowerCase()}.${element.className}${isEmptyField ? '::placeholder' : ''}`;
      if (contrast < 4.5) found.set(kind, `${contrast.toFixed(2)} ${kind} "${(isEmptyField ? element.placeholder : element.textContent ?? '').trim().slice(0, 30)}"`);
    }
  };
  look(document.body);
  return [...found.values()];
});
