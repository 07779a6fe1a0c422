/**
 * The only way pages make elements. Text goes in as text nodes and nothing else: what models and tools wrote is hostile, and
 * no function here parses HTML. Attributes that could run or fetch something are refused.
 */
export type Child = Node | string | number | false | null | undefined;
export type Attributes = { readonly [name: string]: string | number | boolean | undefined };

const refused = /^(on|style$|src|href$|action$|formaction$|data$)/i;

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    const isFragment = name === 'href' && String(value).startsWith('#');
    if (refused.test(name) && !isFragment) throw new Error(`dom: the attribute "${name}" is refused: use a class or a listener`);
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Appends children; strings and numbers become text nodes, `false`, `null` and `undefined` nothing. */
export function append(parent: ParentNode, ...children: readonly Child[]): void {
  for (const child of children) {
    if (child === false || child === null || child === undefined) continue;
    parent.append(typeof child === 'number' ? String(child) : child);
  }
}

/** An HTML element, for instance `el('p', { class: 'lead' }, text)`. Throws on attributes that could run or fetch something. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes?: Attributes, ...children: readonly Child[]): HTMLElementTagNameMap[K];
export function el(tag: string, attributes?: Attributes, ...children: readonly Child[]): HTMLElement;
export function el(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  append(element, ...children);
  return element;
}

/** An SVG element; sizes and places are presentation attributes, which a strict content policy allows. */
export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(element, attributes);
  append(element, ...children);
  return element;
}

/** Adds a listener and gives the element back, so that elements can be built in one expression. */
export function on<E extends Element, K extends keyof HTMLElementEventMap>(element: E, type: K, listener: (event: HTMLElementEventMap[K]) => void): E {
  element.addEventListener(type, listener as EventListener);
  return element;
}

/** Replaces all children of `parent`. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren();
  append(parent, ...children);
}
