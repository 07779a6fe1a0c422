/** Where things of the user's live, outside of every project: engines that were installed, what was measured. */
import { homedir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

function userFolder(env: Env, platform: NodeJS.Platform, home: string, linux: { readonly variable: string; readonly fallback: readonly string[] }, mac: string): string {
  if (env['STEPTOOL_HOME']) return env['STEPTOOL_HOME'];
  switch (platform) {
    case 'win32': return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'steptool');
    case 'darwin': return join(home, 'Library', mac, 'steptool');
    default: return join(env[linux.variable] || join(home, ...linux.fallback), 'steptool');
  }
}

/** Installed engines: data that is worth keeping. `STEPTOOL_HOME` puts it and the cache elsewhere. */
export const enginesFolder = (env: Env = process.env, platform = process.platform, home = homedir()): string =>
  join(userFolder(env, platform, home, { variable: 'XDG_DATA_HOME', fallback: ['.local', 'share'] }, 'Application Support'), 'engines');

/** What can be measured again. */
export const cacheFolder = (env: Env = process.env, platform = process.platform, home = homedir()): string =>
  join(userFolder(env, platform, home, { variable: 'XDG_CACHE_HOME', fallback: ['.cache'] }, 'Caches'), 'cache');

/** What `steptool engines install` can bring, and the folder that each goes into. */
export const installable = ['tensorflow-cpu', 'tensorflow-gpu', 'cuda'] as const;
export type Installable = (typeof installable)[number];

export const installedFolder = (what: Installable, env?: Env): string => join(enginesFolder(env), what);
