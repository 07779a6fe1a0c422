/** The way out of a network that has a proxy, as npm's and the system's settings name it. */
import type { Agent } from 'node:http';
import { createRequire } from 'node:module';

type Env = Readonly<Record<string, string | undefined>>;

/** The proxy for an address; undefined where it is reached directly. */
export function proxyFor(url: string, env: Env): string | undefined {
  const { hostname, protocol } = new URL(url);
  const except = (env['NO_PROXY'] ?? env['no_proxy'] ?? env['npm_config_noproxy'] ?? '').split(',').map((each) => each.trim().replace(/^\*?\./, '')).filter((each) => each !== '');
  if (except.some((each) => each === '*' || hostname === each || hostname.endsWith(`.${each}`))) return undefined;
  const secure = protocol === 'https:' ? [env['HTTPS_PROXY'], env['https_proxy'], env['npm_config_https_proxy']] : [];
  return [...secure, env['HTTP_PROXY'], env['http_proxy'], env['npm_config_proxy']].find((each) => each !== undefined && each !== '' && each !== 'null');
}

/** An agent through the proxy, made by the package that engines bring for the same purpose. */
export function proxyAgent(url: string, env: Env, from: string): Agent | undefined {
  const proxy = proxyFor(url, env);
  if (proxy === undefined) return undefined;
  const made = createRequire(from)('https-proxy-agent') as (new (proxy: string) => Agent) | { readonly HttpsProxyAgent: new (proxy: string) => Agent };
  return 'HttpsProxyAgent' in made ? new made.HttpsProxyAgent(proxy) : new made(proxy);
}
