/** GET /api/v1/symbols: the symbols of the market and of the stream, with names, and what there is of each. */
import { instantOf } from "../../../bars/body.ts";
import { streamSymbols } from "../../../bars/reading.ts";
import { REFERENCE } from "../../../market/parts.ts";
import { knownSymbols } from "../../../market/reading.ts";
import type { CachedAnswer, Freshness, Query } from "../../../ports.ts";
import { symbolCursor } from "../../../schemas/stream.ts";
import { compareText } from "../../../text.ts";
import { isoDay } from "../../../time.ts";
import { metaOf } from "./answer.ts";
import { indexOf } from "./segment-index.ts";
import type { StreamReads, StreamView } from "./view.ts";

export type SymbolsRequest = Readonly<{
  /** The beginning of a symbol or any part of a name; all when omitted. */
  query?: string | undefined;
  limit: number;
  /** The last symbol of the page before. */
  after?: string | undefined;
}>;

export async function symbolsAnswer(
  reads: StreamReads,
  request: SymbolsRequest,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  const view = await reads.view(freshness);
  const market = await view.world.images.snapshot("market", freshness);
  const version = `${view.version}-${market.version([REFERENCE])}`;
  return {
    version,
    isOfTheMoment: true,
    list: "symbols",
    flatten: ({ data, ...symbol }) => [{ ...symbol, ...flat(data as Found["data"]) }],
    compute: async () => {
      const isLoaded = REFERENCE in market.manifest.parts;
      const reference = isLoaded ? (await market.open(REFERENCE)).query : undefined;
      return JSON.stringify(body(view, reference, request, version));
    },
    release: () => {
      view.release();
      market.release();
    },
  };
}

type Span = Readonly<{ from: string; to: string }>;
type Found = Readonly<{
  symbol: string;
  name: string | null;
  data: Readonly<{ daily: Span | null; stream: Span | null }>;
}>;

const flat = ({ daily, stream }: Found["data"]) => ({
  daily_from: daily?.from ?? null,
  daily_to: daily?.to ?? null,
  stream_from: stream?.from ?? null,
  stream_to: stream?.to ?? null,
});

function body(
  view: StreamView,
  reference: Query | undefined,
  request: SymbolsRequest,
  version: string,
) {
  const { query = "", limit, after = "" } = request;
  const text = query.toLowerCase();
  const streamed = streamedSymbols(view);
  const found = new Map<string, Found>();
  for (const name of streamed.keys()) {
    if (!name.toLowerCase().startsWith(text) || compareText(name, after) <= 0) continue;
    found.set(name, {
      symbol: name,
      name: null,
      data: { daily: null, stream: streamed.get(name)! },
    });
  }
  const known = reference ? knownSymbols(reference, text, after, limit + 1) : [];
  for (const { ticker, name, first_date, last_date } of known) {
    const daily =
      first_date && last_date ? { from: isoDay(first_date), to: isoDay(last_date) } : null;
    const data = { daily, stream: streamed.get(ticker) ?? null };
    found.set(ticker, { symbol: ticker, name, data });
  }
  const all = [...found.values()].sort((a, b) => compareText(a.symbol, b.symbol));
  const symbols = all.slice(0, limit);
  return {
    symbols,
    next: all.length > limit ? symbolCursor(symbols.at(-1)!.symbol) : null,
    meta: { ...metaOf(view), dataset_version: version },
  };
}

/** First and last trade of each symbol of the stream. */
function streamedSymbols(view: StreamView): Map<string, Span> {
  const spans = new Map<string, { firstMs: number; lastMs: number }>();
  const widen = (name: string, firstMs: number, lastMs: number) => {
    const span = spans.get(name) ?? { firstMs, lastMs };
    spans.set(name, {
      firstMs: Math.min(span.firstMs, firstMs),
      lastMs: Math.max(span.lastMs, lastMs),
    });
  };
  for (const row of view.progress ? streamSymbols(view.progress.query) : []) {
    widen(row.name, row.first_ms, row.last_ms);
  }
  for (const { segments } of view.shards) {
    for (const segment of segments) {
      for (const [name, { firstMs, lastMs }] of indexOf(segment).spans) {
        widen(name, firstMs, lastMs);
      }
    }
  }
  return new Map(
    [...spans].map(([name, { firstMs, lastMs }]) => [
      name,
      { from: instantOf(firstMs), to: instantOf(lastMs) },
    ]),
  );
}
