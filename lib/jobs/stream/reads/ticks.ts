/** GET /api/v1/ticks/{symbol}: trades of one symbol as they were printed, newest first. */
import { tickOnWire } from "../../../bars/body.ts";
import { dayOfMs, type PeriodPart, partsBetween } from "../../../bars/parts.ts";
import { type TickBlockPlace, tickBlocks } from "../../../bars/reading.ts";
import { lastAmending, TickMerge, type TickPlace } from "../../../bars/tick-merge.ts";
import { AppError } from "../../../errors.ts";
import type { CachedAnswer, Freshness } from "../../../ports.ts";
import { tickCursor } from "../../../schemas/stream.ts";
import { tickFileKey } from "../../../stream/segment-names.ts";
import { eachTick } from "../../../stream/segment-ticks.ts";
import type { TickBlock } from "../../../stream/tick-block.ts";
import { TICK } from "../../../stream/ticks.ts";
import { epochDay } from "../../../time.ts";
import { inTurns } from "../segments.ts";
import { readTickBlock } from "../tick-files.ts";
import { answerOf, metaOf } from "./answer.ts";
import { demandOrder, TIME_END_MS } from "./range.ts";
import { closedMsOf } from "./stored-bars.ts";
import type { StreamReads, StreamView } from "./view.ts";

export type TicksRequest = Readonly<{
  symbol: string;
  /** Trades at or after it. */
  startMs?: number | undefined;
  /** Trades before it. */
  endMs?: number | undefined;
  limit: number;
  /** Where the page before ended. */
  place?: TickPlace | undefined;
}>;

/** @throws AppError UNKNOWN_SYMBOL, REVERSED_RANGE */
export function streamTicks(
  reads: StreamReads,
  request: TicksRequest,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  demandOrder(request.startMs, request.endMs);
  return answerOf(reads, freshness, "ticks", async (view) => {
    const { symbol } = request;
    closedMsOf(view, symbol);
    const { ticks, next } = await newestTicks(view, request);
    return {
      symbol,
      ticks: ticks.map(tickOnWire),
      next: next ? tickCursor(next) : null,
      meta: metaOf(view),
    };
  });
}

/** Trades with fromMs <= time < toMs. */
type Span = Readonly<{ symbol: string; fromMs: number; toMs: number }>;

/** @throws AppError IMAGE_REFUSED */
export async function newestTicks(
  view: StreamView,
  { symbol, startMs = 0, endMs = TIME_END_MS, limit, place }: TicksRequest,
): Promise<ReturnType<TickMerge["newest"]>> {
  // Times may have fractions of a millisecond; the place is an instant of the list itself.
  const toMs = place && place.timeMs < endMs ? place.timeMs + 0.001 : endMs;
  const span = { symbol, fromMs: startMs, toMs };
  const merge = new TickMerge();
  const { parts } = view.snapshot.manifest;
  const last = Math.min(lastAmending(dayOfMs(Math.min(toMs, TIME_END_MS - 1))), 99991231);
  const ranked = partsBetween(parts, dayOfMs(startMs), last).map((part, rank) => ({ part, rank }));
  addPending(view, span, merge, arrivalOf(ranked.length, 0));
  for (const [at, { part, rank }] of ranked.toReversed().entries()) {
    const older = ranked.at(-2 - at);
    const olderMs = older === undefined ? -Infinity : endOfPart(older.part);
    const page = await addPart(view, part, rank, span, merge, { limit, place, olderMs });
    if (page.next) return page;
  }
  return merge.newest(limit, place, -Infinity);
}

const MS_PER_DAY = 86_400_000;

/** The last instant that a part may hold, and a little more. */
const endOfPart = ({ to }: PeriodPart): number => (epochDay(to) + 1) * MS_PER_DAY;

/** Ascends by part, by file of it, by row: room for 500 parts, 64 thousand files and 268 million rows. */
const arrivalOf = (rank: number, file: number): number => (rank * 65_536 + file) * 2 ** 28;

const isIn = ({ fromMs, toMs }: Span, timeMs: number): boolean => timeMs >= fromMs && timeMs < toMs;

/** What segments have of it that are not folded yet. */
function addPending(view: StreamView, span: Span, merge: TickMerge, first: number): void {
  let arrival = first;
  for (const { progress, segments } of view.shards) {
    let latestMs = progress.latest_ms;
    for (const segment of segments) {
      const { symbols, ticks } = segment;
      const own = symbols.indexOf(span.symbol);
      eachTick(segment, (row, symbol, isAmendment) => {
        const timeMs = ticks.timeMs[row]!;
        if (!isAmendment && timeMs > latestMs) latestMs = timeMs;
        if (symbol !== own) return;
        if (isAmendment) merge.addAmendment(ticks, row, arrival++, dayOfMs(latestMs));
        else if (isIn(span, timeMs)) merge.addTrade(ticks, row, arrival++);
      });
    }
  }
}

type Wanted = Readonly<{
  limit: number;
  place: TickPlace | undefined;
  /** Parts that were not opened have trades up to here. */
  olderMs: number;
}>;

const BLOCKS_AT_ONCE = 4;

/** Adds what a part has, its latest blocks first, until the page is full. */
async function addPart(
  view: StreamView,
  part: PeriodPart,
  rank: number,
  span: Span,
  merge: TickMerge,
  { limit, place, olderMs }: Wanted,
): Promise<ReturnType<TickMerge["newest"]>> {
  const { query } = await view.snapshot.open(part.name);
  const places = tickBlocks(query, span.symbol, span.fromMs, Math.ceil(span.toMs)).map(
    (block, file) => ({ block, first: arrivalOf(rank, file) }),
  );
  // Amendments come first: any trade may be about to be told.
  const left = places.sort((a, b) => orderOf(b.block) - orderOf(a.block));
  for (;;) {
    const toMs = left[0] ? orderOf(left[0].block) : -Infinity;
    const page = merge.newest(limit, place, Math.max(toMs, olderMs));
    if (page.next || left.length === 0) return page;
    await inTurns(left.splice(0, BLOCKS_AT_ONCE), BLOCKS_AT_ONCE, async ({ block, first }) =>
      addBlock(await blockAt(view, block), block.day, first, span, merge),
    );
  }
}

const orderOf = ({ amendments, to_ms }: TickBlockPlace): number =>
  amendments > 0 ? Infinity : (to_ms ?? -Infinity);

function addBlock(
  { symbols, ticks }: TickBlock,
  day: number,
  first: number,
  span: Span,
  merge: TickMerge,
): void {
  const own = symbols.indexOf(span.symbol);
  for (let row = 0; row < ticks.rows; row++) {
    if (ticks.symbol[row] !== own) continue;
    const isAmendment = ((ticks.flags?.[row] ?? 0) & (TICK.cancel | TICK.correct)) !== 0;
    if (isAmendment) merge.addAmendment(ticks, row, first + row, day);
    else if (isIn(span, ticks.timeMs[row]!)) merge.addTrade(ticks, row, first + row);
  }
}

async function blockAt(view: StreamView, place: TickBlockPlace): Promise<TickBlock> {
  const { world } = view;
  const key = tickFileKey({ ...place, after: place.after_seq, through: place.through_seq });
  try {
    return await world.files.get(
      `${key} ${place.offset}`,
      () => readTickBlock(world, place),
      ({ ticks }) => 500 + 41 * ticks.rows,
    );
  } catch (error) {
    if (!(error instanceof AppError && error.code === "BAD_FILE")) throw error;
    const message = `a file of ticks is damaged: ${error.message}`;
    throw new AppError("IMAGE_REFUSED", message, { key, problem: error.message }, { cause: error });
  }
}
