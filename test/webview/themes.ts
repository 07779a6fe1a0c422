/** The colours that the editor gives its pages in its four default themes, as far as our pages use them. */
export const themeNames = ['vscode-dark', 'vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light'] as const;
export type ThemeName = (typeof themeNames)[number];

const common = { 'font-family': 'system-ui, "Liberation Sans", sans-serif', 'font-size': '13px', 'font-weight': 'normal', 'editor-font-family': '"DejaVu Sans Mono", monospace', 'editor-font-size': '14px' };

const colours: Readonly<Record<ThemeName, Readonly<Record<string, string>>>> = {
  'vscode-dark': {
    'foreground': '#cccccc', 'descriptionForeground': '#9d9d9d', 'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', 'sideBar-background': '#181818', 'editorWidget-background': '#202020', 'editorWidget-border': '#313131', 'panel-border': '#2b2b2b', 'focusBorder': '#0078d4',
    'charts-blue': '#59a4f9', 'charts-purple': '#b180d7', 'charts-green': '#89d185', 'charts-red': '#f14c4c', 'charts-yellow': '#cca700', 'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#3c3c3c', 'button-border': '#ffffff12',
    'checkbox-background': '#313131', 'checkbox-border': '#3c3c3c', 'checkbox-foreground': '#cccccc', 'dropdown-background': '#313131', 'dropdown-border': '#3c3c3c', 'dropdown-foreground': '#cccccc', 'settings-dropdownListBorder': '#454545', 'input-background': '#313131', 'input-foreground': '#cccccc', 'input-placeholderForeground': '#989898', 'settings-textInputBorder': '#3c3c3c',
    'list-activeSelectionBackground': '#04395e', 'list-activeSelectionForeground': '#ffffff', 'list-hoverBackground': '#2a2d2e', 'textLink-foreground': '#4daafc', 'scrollbarSlider-background': '#79797966', 'widget-shadow': '#0000005c', 'errorForeground': '#f85149',
  },
  'vscode-light': {
    'foreground': '#3b3b3b', 'descriptionForeground': '#3b3b3b', 'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', 'sideBar-background': '#f8f8f8', 'editorWidget-background': '#f8f8f8', 'editorWidget-border': '#c8c8c8', 'panel-border': '#e5e5e5', 'focusBorder': '#005fb8',
    'charts-blue': '#0063d3', 'charts-purple': '#652d90', 'charts-green': '#388a34', 'charts-red': '#e51400', 'charts-yellow': '#bf8803', 'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc', 'button-border': '#0000001a',
    'checkbox-background': '#f8f8f8', 'checkbox-border': '#cecece', 'checkbox-foreground': '#3b3b3b', 'dropdown-background': '#ffffff', 'dropdown-border': '#cecece', 'dropdown-foreground': '#3b3b3b', 'settings-dropdownListBorder': '#cecece', 'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-placeholderForeground': '#767676', 'settings-textInputBorder': '#cecece',
    'list-activeSelectionBackground': '#e8e8e8', 'list-activeSelectionForeground': '#000000', 'list-hoverBackground': '#f2f2f2', 'textLink-foreground': '#005fb8', 'scrollbarSlider-background': '#64646466', 'widget-shadow': '#00000029', 'errorForeground': '#f85149',
  },
  'vscode-high-contrast': {
    'foreground': '#ffffff', 'descriptionForeground': '#ffffffb3', 'editor-background': '#000000', 'editor-foreground': '#ffffff', 'sideBar-background': '#000000', 'editorWidget-background': '#0c141f', 'editorWidget-border': '#6fc3df', 'panel-border': '#6fc3df', 'focusBorder': '#f38518', 'contrastBorder': '#6fc3df', 'contrastActiveBorder': '#f38518',
    'charts-blue': '#59a4f9', 'charts-purple': '#b180d7', 'charts-green': '#89d185', 'charts-red': '#f48771', 'charts-yellow': '#ffd700', 'button-foreground': '#ffffff', 'button-background': '#000000', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff', 'button-secondaryBackground': '#000000',
    'checkbox-background': '#000000', 'checkbox-border': '#6fc3df', 'checkbox-foreground': '#ffffff', 'dropdown-background': '#000000', 'dropdown-border': '#6fc3df', 'dropdown-foreground': '#ffffff', 'settings-dropdownListBorder': '#6fc3df', 'input-background': '#000000', 'input-foreground': '#ffffff', 'input-placeholderForeground': '#ffffffb3', 'settings-textInputBorder': '#6fc3df',
    'list-activeSelectionBackground': '#000000', 'list-activeSelectionForeground': '#ffffff', 'list-hoverBackground': '#ffffff1a', 'textLink-foreground': '#21a6ff', 'scrollbarSlider-background': '#6fc3df99', 'errorForeground': '#f48771',
  },
  'vscode-high-contrast-light': {
    'foreground': '#292929', 'descriptionForeground': '#292929b3', 'editor-background': '#ffffff', 'editor-foreground': '#292929', 'sideBar-background': '#ffffff', 'editorWidget-background': '#ffffff', 'editorWidget-border': '#0f4a85', 'panel-border': '#0f4a85', 'focusBorder': '#006bbd', 'contrastBorder': '#0f4a85', 'contrastActiveBorder': '#006bbd',
    'charts-blue': '#0063d3', 'charts-purple': '#652d90', 'charts-green': '#1a5f1a', 'charts-red': '#b5200d', 'charts-yellow': '#895503', 'button-foreground': '#ffffff', 'button-background': '#0f4a85', 'button-border': '#0f4a85', 'button-secondaryForeground': '#292929', 'button-secondaryBackground': '#ffffff',
    'checkbox-background': '#ffffff', 'checkbox-border': '#0f4a85', 'checkbox-foreground': '#292929', 'dropdown-background': '#ffffff', 'dropdown-border': '#0f4a85', 'dropdown-foreground': '#292929', 'settings-dropdownListBorder': '#0f4a85', 'input-background': '#ffffff', 'input-foreground': '#292929', 'input-placeholderForeground': '#292929b3', 'settings-textInputBorder': '#0f4a85',
    'list-activeSelectionBackground': '#ffffff', 'list-activeSelectionForeground': '#292929', 'list-hoverBackground': '#0f4a851a', 'textLink-foreground': '#0f4a85', 'scrollbarSlider-background': '#0f4a8566', 'errorForeground': '#b5200d',
  },
};

/** The custom properties of a theme, names and values. */
export const propertiesOf = (theme: ThemeName): (readonly [name: string, value: string])[] => Object.entries({ ...common, ...colours[theme] }).map(([name, value]) => [`--vscode-${name}`, value] as const);
