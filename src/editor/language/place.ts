/** Which field of an experiment a place in its text is about. */
import { findNodeAtOffset, getLocation, getNodePath, parseTree, type Node } from 'jsonc-parser';
import type * as vscode from 'vscode';
import { fieldAt, type Field } from '../../config/field-tree.ts';
import { language, recordedScheme } from '../ids.ts';

/** Whether a document is an experiment that can be edited; what a run recorded is only looked at. */
export const isExperiment = ({ languageId, uri }: vscode.TextDocument): boolean => languageId === language && uri.scheme !== recordedScheme;

export interface Place {
  readonly path: string;
  /** Undefined for a name that is no field. */
  readonly field: Field | undefined;
  /** The name or the value that is pointed at. */
  readonly node: Pick<Node, 'offset' | 'length'>;
}

const dotted = (segments: readonly (string | number)[]): string => segments.filter((segment) => typeof segment === 'string').join('.');

/** The name or value at an offset; undefined between them, and in a file that is not nearly JSON. */
export function placeAt(text: string, offset: number): Place | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const node = root && findNodeAtOffset(root, offset, true);
  if (!node || node.type === 'object' || node.type === 'array' || node.type === 'property') return undefined;
  const path = dotted(getNodePath(node));
  return { path, field: fieldAt(path), node };
}

/** The field whose value is being typed at an offset, with what is there already; undefined elsewhere. */
export function valueAtCursor(text: string, offset: number): Place | undefined {
  const { path: segments, isAtPropertyKey, previousNode } = getLocation(text, offset);
  if (isAtPropertyKey || segments.length === 0) return undefined;
  const path = dotted(segments);
  const typed = previousNode && offset >= previousNode.offset && offset <= previousNode.offset + previousNode.length ? previousNode : { offset, length: 0 };
  return { path, field: fieldAt(path), node: typed };
}
