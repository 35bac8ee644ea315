/** GET /api/v1/anomalies: what was out of the ordinary, newest first, at one instant by symbol. */
import { anomalyOnWire } from "../../../bars/body.ts";
import { dayOfMs, partsBetween } from "../../../bars/parts.ts";
import type { AnomalyRow } from "../../../bars/queries.ts";
import { type AnomalyFilter, anomalyRows } from "../../../bars/reading.ts";
import type { CachedAnswer, Freshness } from "../../../ports.ts";
import { type AnomalyPlace, anomalyCursor } from "../../../schemas/stream.ts";
import type { AnomalyUpdate } from "../../../stream/updates.ts";
import { answerOf, metaOf } from "./answer.ts";
import { demandOrder, TIME_END_MS } from "./range.ts";
import type { StreamReads, StreamView } from "./view.ts";

export type AnomaliesRequest = Readonly<{
  symbol?: string | undefined;
  type?: string | undefined;
  severity?: string | undefined;
  /** Bars that end at or after it. */
  startMs?: number | undefined;
  /** Bars that end before it. */
  endMs?: number | undefined;
  limit: number;
  /** The last one of the page before. */
  after?: AnomalyPlace | undefined;
}>;

/** @throws AppError REVERSED_RANGE */
export function streamAnomalies(
  reads: StreamReads,
  request: AnomaliesRequest,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  demandOrder(request.startMs, request.endMs);
  return answerOf(reads, freshness, "anomalies", async (view) => {
    const found = await newestAnomalies(view, request, request.limit + 1);
    const page = found.slice(0, request.limit);
    return {
      anomalies: page.map(anomalyOnWire),
      next: found.length > page.length ? anomalyCursor(page.at(-1)!) : null,
      meta: metaOf(view),
    };
  });
}

async function newestAnomalies(
  view: StreamView,
  { startMs = 0, endMs = TIME_END_MS, after, ...filter }: AnomaliesRequest,
  limit: number,
): Promise<AnomalyUpdate[]> {
  const toMs = Math.min(endMs - 1, after?.endMs ?? Infinity);
  const wanted = { ...filter, fromMs: startMs, toMs };
  const isBehind = (place: AnomalyPlace) => after === undefined || orderOf(place, after) > 0;
  const newer = pendingAnomalies(view, wanted).filter(isBehind);
  const stored: AnomalyUpdate[] = [];
  const { parts } = view.snapshot.manifest;
  for (const { name } of partsBetween(parts, dayOfMs(startMs), dayOfMs(toMs)).reverse()) {
    const { query } = await view.snapshot.open(name);
    // Of the instant of the page before some were told: as many more as there can be are read.
    const told =
      after === undefined ? 0 : anomalyRows(query, { ...wanted, fromMs: toMs }, -1).length;
    stored.push(
      ...anomalyRows(query, wanted, limit + told)
        .map(anomalyOf)
        .filter(isBehind),
    );
    if (stored.length >= limit) break;
  }
  return [...stored, ...newer].sort(orderOf).slice(0, limit);
}

function pendingAnomalies({ shards }: StreamView, filter: AnomalyFilter): AnomalyUpdate[] {
  const { fromMs, toMs, symbol, type, severity } = filter;
  return shards
    .flatMap(({ segments }) => segments.flatMap(({ anomalies }) => anomalies))
    .filter(
      (one) =>
        one.endMs >= fromMs &&
        one.endMs <= toMs &&
        (symbol === undefined || one.symbol === symbol) &&
        (type === undefined || one.type === type) &&
        (severity === undefined || one.severity === severity),
    );
}

const anomalyOf = ({ size_ms, end_ms, alert, ...same }: AnomalyRow): AnomalyUpdate => ({
  ...same,
  sizeMs: size_ms,
  endMs: end_ms,
  alert: alert === 1,
});

/** Newest first; as SQLite compares texts, which is by their UTF-8. */
const orderOf = (a: AnomalyPlace, b: AnomalyPlace): number =>
  b.endMs - a.endMs ||
  Buffer.compare(Buffer.from(a.symbol), Buffer.from(b.symbol)) ||
  a.seq - b.seq;
