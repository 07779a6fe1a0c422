/** A tree of the stand-in editor as text, an entry a line: label, description, icon, and in brackets what menus go by. */
import assert from 'node:assert/strict';
import type * as vscode from 'vscode';

/** Renders what `open` lets through, level by level; closed entries that could be opened end with `…`. */
export async function renderTree<T>(provider: vscode.TreeDataProvider<T>, open: (item: vscode.TreeItem) => boolean = () => true): Promise<string> {
  const lines: string[] = [];
  const walk = async (parent: T | undefined, indent: string): Promise<void> => {
    for (const child of (await provider.getChildren(parent)) ?? []) {
      const item = await provider.getTreeItem(child);
      const canOpen = item.collapsibleState !== 0;
      const isOpen = canOpen && open(item);
      const description = item.description === undefined || item.description === '' ? '' : ` (${String(item.description)})`;
      lines.push(`${indent}${String(item.label)}${description} ${(item.iconPath as vscode.ThemeIcon | undefined)?.id ?? ''} [${item.contextValue}]${canOpen && !isOpen ? ' …' : ''}`);
      if (isOpen) await walk(child, `${indent}  `);
    }
  };
  await walk(undefined, '');
  return lines.join('\n');
}

/** Reads again and again until the text is as wanted, however long the disk takes; fails after two minutes. `meanwhile` is done between two looks. */
export async function becomes(read: () => Promise<string>, wanted: RegExp, meanwhile: () => void = () => {}): Promise<void> {
  for (const deadline = Date.now() + 120_000; ; ) {
    const text = await read();
    if (wanted.test(text)) return;
    assert.ok(Date.now() < deadline, `It never became ${wanted}:\n${text}`);
    meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
