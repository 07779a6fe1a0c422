/** Answers from data at hand: the report's own source, and what a host may use to answer a page. */
import type { ReportData } from '../report/model.ts';
import { reportVersion } from '../report/model.ts';
import { facetsOf, headOf, matches } from '../trajectory/filter.ts';
import type { AnswerOf, Kind, Request, RequestOf } from './protocol.ts';
import type { DataSource } from './source.ts';

/** The answer to a request. Throws with a message for people when something that is not there is asked for. */
export function answer(data: ReportData, request: Request): AnswerOf<Kind> {
  switch (request.kind) {
    case 'overview': return data.overview;
    case 'curves': return data.curves;
    case 'trajectories': {
      const found = data.trajectories.filter((one) => matches(one, request.filter));
      return {
        from: request.from,
        total: found.length,
        all: data.trajectories.length,
        heads: found.slice(request.from, request.from + request.count).map(headOf),
        facets: facetsOf(data.trajectories),
      };
    }
    case 'trajectory': {
      const found = data.trajectories.find((one) => one.id === request.id);
      if (!found) throw new Error(`The trajectory "${request.id}" is not among the ${data.trajectories.length} that this report holds.`);
      return found;
    }
  }
}

/** A source whose data never changes. */
export function embeddedSource(data: ReportData): DataSource {
  return {
    ask: async <K extends Kind>(request: RequestOf<K>) => answer(data, request as Request) as AnswerOf<K>,
    onChanged: () => () => undefined,
  };
}

/** Reads the report's data from the page's `<script type="application/json" id="data">`. Throws if it is missing or of another version. */
export function readEmbedded(page: Document): ReportData {
  const text = page.getElementById('data')?.textContent;
  if (!text) throw new Error('This page holds no report data: make it again with `steptool report <run folder>`.');
  const data = JSON.parse(text) as ReportData;
  if (data.version !== reportVersion) {
    throw new Error(`This report's data is of version ${String(data.version)}, and its page reads version ${reportVersion}: make it again with \`steptool report <run folder>\`.`);
  }
  return data;
}
