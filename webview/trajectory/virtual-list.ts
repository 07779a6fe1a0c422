/** A list of any length: only the rows in sight are elements, and only windows near them are asked for. */
import { el, fill, on } from '../shared/dom.ts';

export interface VirtualListOptions<Row> {
  readonly label: string;
  /** Asks for rows; fewer may come at the end. */
  readonly load: (from: number, count: number) => Promise<readonly Row[]>;
  /** What a row shows; undefined while it is loading. */
  readonly show: (row: Row | undefined) => readonly Node[];
  /** The reader chose a row. */
  readonly choose: (index: number, row: Row) => void;
  readonly failed: (error: unknown) => void;
}

const windowRows = 100;
/** Windows kept; further ones are asked for again. */
const mostWindows = 40;
/** Requests under way at a time: a fast scroll asks for what is in sight at its end, not for all on the way. */
const mostRequests = 2;
/** Browsers lose precision in taller elements; longer lists scroll faster than the hand. */
const mostPixels = 8_000_000;

/** A list box of `total` rows with the keys of one: arrows, Page Up and Down, Home, End. */
export class VirtualList<Row> {
  readonly element: HTMLElement;
  readonly #sizer = el('div', { class: 'sizer', role: 'presentation' });
  readonly #options: VirtualListOptions<Row>;
  readonly #windows = new Map<number, readonly Row[]>();
  readonly #asked = new Set<number>();
  #generation = 0;
  #total = 0;
  #chosen = -1;
  #rowHeight = 0;
  #drawing = false;

  constructor(options: VirtualListOptions<Row>) {
    this.#options = options;
    this.element = el('div', { class: 'virtual-list', role: 'listbox', tabindex: 0, 'aria-label': options.label }, this.#sizer);
    on(this.element, 'scroll', () => this.#draw());
    on(this.element, 'keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** Index of the chosen row; -1 for none. */
  get chosen(): number {
    return this.#chosen;
  }

  get total(): number {
    return this.#total;
  }

  /** Sets the number of rows; those known stay. */
  grow(total: number): void {
    if (total === this.#total) return;
    this.#total = total;
    this.#draw();
  }

  /** Forgets all rows and the choice. */
  reset(total: number): void {
    this.#generation++;
    this.#windows.clear();
    this.#asked.clear();
    this.#total = total;
    this.#chosen = -1;
    this.element.scrollTop = 0;
    this.#draw();
  }

  /** Chooses a row, brings it into sight and tells. Loads it first where it is not known. */
  async choose(index: number): Promise<void> {
    if (this.#total === 0) return;
    this.#chosen = Math.max(0, Math.min(this.#total - 1, index));
    const chosen = this.#chosen;
    this.#intoSight(chosen);
    this.#draw();
    const row = this.#row(chosen) ?? (await this.#options.load(chosen, 1))[0];
    if (row !== undefined && chosen === this.#chosen) this.#options.choose(chosen, row);
  }

  /** Marks a row as chosen without telling. */
  mark(index: number): void {
    this.#chosen = index;
    if (index >= 0) this.#intoSight(index);
    this.#draw();
  }

  #row(index: number): Row | undefined {
    return this.#windows.get(index - (index % windowRows))?.[index % windowRows];
  }

  /** Pixels of scrolling per pixel of rows: 1 unless the list is too tall for an element. */
  #scale(): number {
    const full = this.#total * this.#rowHeight;
    const view = this.element.clientHeight;
    return full <= mostPixels ? 1 : (full - view) / (mostPixels - view);
  }

  #intoSight(index: number): void {
    this.#measure();
    const scale = this.#scale();
    const top = index * this.#rowHeight;
    const from = this.element.scrollTop * scale;
    const view = this.element.clientHeight;
    if (top < from) this.element.scrollTop = top / scale;
    else if (top + this.#rowHeight > from + view) this.element.scrollTop = (top + this.#rowHeight - view) / scale;
  }

  #measure(): void {
    if (this.#rowHeight === 0) this.#rowHeight = Math.round(parseFloat(getComputedStyle(this.element).fontSize) * 4.4) || 57;
    this.#sizer.style.height = `${Math.min(mostPixels, this.#total * this.#rowHeight)}px`;
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#measure();
      const offset = this.element.scrollTop * this.#scale();
      const first = Math.max(0, Math.floor(offset / this.#rowHeight) - 4);
      const last = Math.min(this.#total, Math.ceil((offset + this.element.clientHeight) / this.#rowHeight) + 4);
      const rows: HTMLElement[] = [];
      for (let index = first; index < last; index++) rows.push(this.#rowElement(index, this.element.scrollTop + index * this.#rowHeight - offset));
      fill(this.#sizer, ...rows);
      const active = this.#chosen >= first && this.#chosen < last ? `row-${this.#chosen}` : '';
      if (active) this.element.setAttribute('aria-activedescendant', active);
      else this.element.removeAttribute('aria-activedescendant');
      this.#ask(first, last);
    });
  }

  #rowElement(index: number, top: number): HTMLElement {
    const row = this.#row(index);
    const element = el('div', { class: 'row', role: 'option', id: `row-${index}`, 'aria-selected': String(index === this.#chosen), 'aria-posinset': index + 1, 'aria-setsize': this.#total, 'aria-busy': row === undefined ? 'true' : undefined },
      ...this.#options.show(row));
    element.style.top = `${top}px`;
    element.style.height = `${this.#rowHeight}px`;
    return on(element, 'click', () => void this.choose(index).catch(this.#options.failed));
  }

  #ask(first: number, last: number): void {
    for (let from = first - (first % windowRows); from < last; from += windowRows) {
      const known = this.#windows.get(from);
      const whole = known !== undefined && (known.length === windowRows || from + known.length >= this.#total);
      if (whole || this.#asked.has(from) || this.#asked.size >= mostRequests) continue;
      const generation = this.#generation;
      this.#asked.add(from);
      this.#options.load(from, windowRows).then((rows) => {
        if (generation !== this.#generation) return;
        this.#windows.delete(from);
        this.#windows.set(from, rows);
        for (const oldest of this.#windows.keys()) if (this.#windows.size > mostWindows) this.#windows.delete(oldest);
      }, this.#options.failed).finally(() => {
        if (generation !== this.#generation) return;
        this.#asked.delete(from);
        if (this.#windows.get(from)?.length !== 0) this.#draw();
      });
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? this.#total - 1 : event.key in steps ? this.#chosen + steps[event.key] : undefined;
    if (to === undefined) return;
    event.preventDefault();
    void this.choose(to).catch(this.#options.failed);
  }
}
