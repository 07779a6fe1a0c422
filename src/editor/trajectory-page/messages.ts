/** What the page posts, checked: a page shows hostile text, so nothing that comes from it is taken on trust. */
import type { Range } from '../../../webview/shared/format.ts';
import type { Ask, FromPage, ListFilter, TextField } from '../../../webview/trajectory/protocol.ts';

const fields: readonly TextField[] = ['query', 'thought', 'action', 'arguments', 'observation'];
/** Longer texts are none that a person typed. */
const longestText = 10_000;
const mostRows = 300;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= longestText;

/** A range of numbers; undefined for anything else. */
function rangeOf(value: unknown): Range | undefined {
  if (!isFields(value)) return undefined;
  const { low, high } = value;
  const isEnd = (end: unknown): end is number | undefined => end === undefined || (typeof end === 'number' && Number.isFinite(end));
  return isEnd(low) && isEnd(high) ? { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) } : undefined;
}

function filterOf(value: unknown): ListFilter | undefined {
  if (!isFields(value)) return undefined;
  const { solved, outcome, split, iteration, taskId, tool, search } = value;
  const reward = rangeOf(value['reward']);
  if (solved !== undefined && typeof solved !== 'boolean') return undefined;
  if (iteration !== undefined && !isCount(iteration)) return undefined;
  if (value['reward'] !== undefined && !reward) return undefined;
  const filter = { outcome, split, taskId, tool, search };
  return Object.values(filter).every((text) => text === undefined || isText(text)) ? { ...(filter as ListFilter), solved, iteration, ...(reward ? { reward } : {}) } : undefined;
}

function askOf(value: unknown): Ask | undefined {
  if (!isFields(value)) return undefined;
  const { kind, file, line, step, from, count, part, reason } = value;
  const place = isCount(file) && isCount(line) ? { file, line } : undefined;
  const ofStep = step === undefined || isCount(step) ? { step } : undefined;
  switch (kind) {
    case 'filter': {
      const filter = filterOf(value['filter']);
      return filter && { kind, filter };
    }
    case 'rows': return isCount(from) && isCount(count) && count <= mostRows ? { kind, from, count } : undefined;
    case 'trajectory': case 'tokens': return place && { kind, ...place };
    case 'text': {
      const field = fields.find((name) => name === value['field']);
      return place && ofStep && field && isCount(from) ? { kind, ...place, ...ofStep, field, from } : undefined;
    }
    case 'attempts': return isCount(file) && isText(value['taskId']) ? { kind, file, taskId: value['taskId'] } : undefined;
    case 'score': {
      const score = value['value'];
      const isScore = score === null || (typeof score === 'number' && Number.isFinite(score));
      return isCount(line) && (step === null || isCount(step)) && isText(part) && part.trim() !== '' && part.length <= 100 && isText(reason) && isScore
        ? { kind, line, step, part: part.trim(), value: score, reason: reason.trim() } : undefined;
    }
    case 'copy': return place && ofStep && { kind, ...place, ...ofStep };
    case 'otherRun': case 'undo': case 'redo': case 'openText': return { kind };
    default: return undefined;
  }
}

/** A message of the page; undefined for anything that is none. */
export function readMessage(value: unknown): FromPage | undefined {
  if (!isFields(value)) return undefined;
  if (value['type'] === 'ready') return { type: 'ready' };
  const ask = value['type'] === 'ask' && isCount(value['id']) ? askOf(value['ask']) : undefined;
  return ask && { type: 'ask', id: value['id'] as number, ask };
}
