/** The way out of a network that has a proxy, as npm's and the system's settings name it. */
import type { Agent } from 'node:http';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';

type Env = Readonly<Record<string, string | undefined>>;

/** The proxy for an address; undefined where it is reached directly. */
export function proxyFor(url: string, env: Env): string | undefined {
  const { hostname, protocol } = new URL(url);
  const except = (env['NO_PROXY'] ?? env['no_proxy'] ?? env['npm_config_noproxy'] ?? '').split(',').map((each) => each.trim().replace(/^\*?\./, '')).filter((each) => each !== '');
  if (except.some((each) => each === '*' || hostname === each || hostname.endsWith(`.${each}`))) return undefined;
  const secure = protocol === 'https:' ? [env['HTTPS_PROXY'], env['https_proxy'], env['npm_config_https_proxy']] : [];
  return [...secure, env['HTTP_PROXY'], env['http_proxy'], env['npm_config_proxy']].find((each) => each !== undefined && each !== '' && each !== 'null');
}

/** How an address is asked: through the proxy that it has, if it has one. */
export function through(url: string, env: Env = process.env): { readonly agent?: Agent } {
  const proxy = proxyFor(url, env);
  if (proxy === undefined) return {};
  return { agent: new URL(url).protocol === 'https:' ? new HttpsProxyAgent({ proxy }) : new HttpProxyAgent({ proxy }) };
}
