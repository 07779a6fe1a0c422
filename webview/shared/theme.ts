/** Colours for what CSS cannot reach (canvases), and word of when they change. */

/** Colours as CSS strings, ready for a canvas. `series` is in the order in which curves take them. */
export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly card: string;
  readonly series: readonly string[];
  readonly font: string;
}

/** Reads the theme in force. Falls back to greys that show on both light and dark where a variable is unset. */
export function readTheme(): Theme {
  const styles = getComputedStyle(document.body);
  const get = (name: string, fallback: string): string => styles.getPropertyValue(name).trim() || fallback;
  return {
    text: get('--vscode-foreground', '#808080'),
    muted: get('--vscode-descriptionForeground', '#808080'),
    line: get('--vscode-panel-border', get('--vscode-contrastBorder', '#80808059')),
    card: get('--vscode-editorWidget-background', get('--vscode-editor-background', '#808080')),
    // Not charts.orange: it is translucent in the editor's default themes and cannot be read.
    series: ['blue', 'purple', 'green', 'red', 'yellow'].map((name) => get(`--vscode-charts-${name}`, '#808080')),
    font: styles.fontFamily,
  };
}

/** Calls back when the editor's theme or, in a plain browser, the system's changes; returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-kind'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return () => observer.disconnect();
}

/** In a plain browser, gives the body the class that the editor would give it, and keeps it as the system's theme changes. */
export function followSystemTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => {
    document.body.classList.toggle('vscode-dark', dark.matches);
    document.body.classList.toggle('vscode-light', !dark.matches);
  };
  follow();
  dark.addEventListener('change', follow);
}
