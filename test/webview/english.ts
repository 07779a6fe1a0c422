import { stringsFor } from '../../src/editor/curves-page/strings.ts';

/** What the page says in an editor that speaks English. */
export const english = stringsFor((message, ...values) => message.replace(/\{(\d)\}/g, (_, index) => values[Number(index)]));
