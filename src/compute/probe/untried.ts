/** What can be told of an engine without trying it. */
import { halfMissing, missing } from '../open.ts';
import type { Fails, ProbeRequest } from './result.ts';

/** That it is not there, or not made for what is asked of it; undefined if only trying can tell. */
export function untried({ name, precision = 'float32' }: ProbeRequest): Fails | undefined {
  const gone = missing(name);
  if (gone) return { name, ok: false, trouble: 'missing', ...gone };
  const single = halfMissing(name, precision);
  return single && { name, ok: false, trouble: 'failed', ...single };
}
