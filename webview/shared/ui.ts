/**
 * Form controls. The only file that knows which component library draws them (it is archived; its successor uses the same tag
 * names, so that changing over is changing this file), and it registers just the components that are used.
 */
import {
  provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption, vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { el, on } from './dom.ts';

/** Registers the components. Call once, before the page is built. */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());
}

/** A control under its name, which labels it for everyone. */
function field(name: string, control: HTMLElement): HTMLElement {
  const label = (): void => { if (control.getAttribute('aria-label') !== name) control.setAttribute('aria-label', name); };
  label();
  // the library calls every text field without text of its own "Text field", anew whenever it comes into a page
  new MutationObserver(label).observe(control, { attributeFilter: ['aria-label'] });
  return el('div', { class: 'field' }, el('span', { class: 'name', 'aria-hidden': 'true' }, name), control);
}

/** A button. `label` says what it does where the text is only a sign. */
export function button(text: string, press: () => void, options: { readonly label?: string; readonly primary?: boolean } = {}): HTMLElement {
  return on(el('vscode-button', { appearance: options.primary ? 'primary' : 'secondary', 'aria-label': options.label, title: options.label }, text), 'click', press);
}

/** A choice of one among `options`, each a value and what it is called. Values are compared as strings by the page. */
export function dropdown(name: string, options: readonly (readonly [value: string, text: string])[], chosen: string, choose: (value: string) => void): HTMLElement {
  const control = el('vscode-dropdown', {}, ...options.map(([value, text]) => el('vscode-option', { value, selected: value === chosen }, text)));
  return field(name, on(control, 'change', () => choose((control as HTMLElement & { value: string }).value)));
}

/** A box to tick. */
export function checkbox(text: string, checked: boolean, tick: (checked: boolean) => void): HTMLElement {
  const control = el('vscode-checkbox', { checked }, text);
  return on(control, 'change', () => tick((control as HTMLElement & { checked: boolean }).checked));
}

/** A line of text, `text` at first; `input` hears every change. */
export function textField(name: string, placeholder: string, input: (text: string) => void, text = ''): HTMLElement {
  const control = el('vscode-text-field', { placeholder, value: text });
  return field(name, on(control, 'input', () => input((control as HTMLElement & { value: string }).value)));
}

/** A slider; the library has none, so this is the browser's own. `show` writes the value beside the name. */
export function slider(name: string, range: { readonly min: number; readonly max: number; readonly step: number; readonly value: number }, show: (value: number) => string, slide: (value: number) => void): HTMLElement {
  const input = el('input', { type: 'range', min: range.min, max: range.max, step: range.step, value: range.value });
  const box = field(name, input);
  const title = box.firstElementChild!;
  const update = (): void => {
    title.textContent = `${name}: ${show(input.valueAsNumber)}`;
    input.setAttribute('aria-valuetext', show(input.valueAsNumber));
  };
  update();
  on(input, 'input', () => { update(); slide(input.valueAsNumber); });
  return box;
}
