/** Packages of a NuGet feed, as its protocol finds them (version 3: service index, package content, registration, catalog leaf). */
import type { RequestOptions } from 'node:http';
import { readJson } from './http.ts';

export interface NugetPackage {
  readonly url: string;
  readonly file: string;
  /** Hexadecimal; absent where the feed does not say it, as many mirrors do not. */
  readonly sha512?: string;
}

type Json = { readonly [key: string]: unknown };
const asObject = (value: unknown): Json => (typeof value === 'object' && value !== null ? value as Json : {});

/**
 * @param index address of the feed's service index
 * @param ask how an address is asked: through a proxy, say
 * @throws if the feed cannot be reached, is none, or does not have that version
 */
export async function findNugetPackage(index: string, name: string, version: string, ask: (url: string) => RequestOptions = () => ({})): Promise<NugetPackage> {
  const read = async (url: string): Promise<Json> => asObject(await readJson(url, ask(url)));
  const { resources } = await read(index);
  const service = (type: string): string | undefined => {
    const found = (Array.isArray(resources) ? resources : []).map(asObject).find((each) => each['@type'] === type)?.['@id'];
    return typeof found === 'string' ? new URL(found.endsWith('/') ? found : `${found}/`, index).href : undefined;
  };
  const packages = service('PackageBaseAddress/3.0.0');
  if (packages === undefined) throw new Error(`${index} is not the index of a NuGet feed: it names no PackageBaseAddress/3.0.0.`);
  const [id, number] = [name.toLowerCase(), version.toLowerCase()];
  const { versions } = await read(`${packages}${id}/index.json`);
  if (!Array.isArray(versions) || !versions.includes(number)) throw new Error(`${index} does not have ${name} ${version}.`);
  const registration = service('RegistrationsBaseUrl/3.6.0') ?? service('RegistrationsBaseUrl');
  const sha512 = registration === undefined ? undefined : await announced(`${registration}${id}/${number}.json`, read).catch(() => undefined);
  const file = `${id}.${number}.nupkg`;
  return { url: `${packages}${id}/${number}/${file}`, file, ...(sha512 === undefined ? {} : { sha512 }) };
}

/** The checksum in a package's catalog entry, which is a part of its registration or lies elsewhere. */
async function announced(registration: string, read: (url: string) => Promise<Json>): Promise<string | undefined> {
  const { catalogEntry } = await read(registration);
  const { packageHash, packageHashAlgorithm } = typeof catalogEntry === 'string' ? await read(new URL(catalogEntry, registration).href) : asObject(catalogEntry);
  return typeof packageHash === 'string' && packageHashAlgorithm === 'SHA512' ? Buffer.from(packageHash, 'base64').toString('hex') : undefined;
}
