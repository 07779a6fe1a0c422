/**
 * Where the folder of a run is, as one text: on the disk its absolute path; elsewhere, for instance in a repository that is
 * browsed without a copy of it, its address.
 */
import { dirname, resolve } from 'node:path';
import type * as vscode from 'vscode';
import type { Api } from '../host.ts';

/** Two letters at least: one is a drive of Windows. */
const address = /^[a-z][a-z\d+.-]+:\/\//i;

export const isOnDisk = (place: string): boolean => !address.test(place);

export const placeOf = (uri: vscode.Uri): string => (uri.scheme === 'file' ? uri.fsPath : uri.toString());

/** The Uri of a place, or of what is inside of it. */
export function uriOf({ Uri }: Pick<Api, 'Uri'>, place: string, ...inside: readonly string[]): vscode.Uri {
  const uri = isOnDisk(place) ? Uri.file(place) : Uri.parse(place);
  return inside.length === 0 ? uri : Uri.joinPath(uri, ...inside);
}

/** The place as it is compared: absolute, without an end that says nothing. */
export const normalPlace = (place: string): string => (isOnDisk(place) ? resolve(place) : place.replace(/\/+$/, ''));

export const parentOf = (place: string): string => (isOnDisk(place) ? dirname(place) : place.replace(/\/[^/]*\/*$/, ''));

/** The last name of a place: of a run's folder, its id. */
export const lastNameOf = (place: string): string => place.split(/[\\/]/).at(-1) ?? place;
