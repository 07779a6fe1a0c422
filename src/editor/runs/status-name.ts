import type { RunHead } from '../../run/folder/reader.ts';
import type { Translate } from '../host.ts';

/** How a run stands, in words. */
export function statusName(t: Translate, status: RunHead['status']): string {
  switch (status) {
    case 'running': return t('running');
    case 'finished': return t('finished');
    case 'stopped': return t('stopped');
    case 'interrupted': return t('interrupted');
    case 'failed': return t('failed');
  }
}
