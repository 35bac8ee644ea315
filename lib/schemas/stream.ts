/** Requests about the market stream, and the cursors of their answers: places in lists, as text that says nothing. */
import * as z from "zod";
import type { TickPlace } from "../bars/tick-merge.ts";
import { INDICATOR_NAMES } from "../stream/indicators/indicators.ts";
import { UP_TO_A_DAY, windowMs } from "../stream/window-name.ts";
import { ticker } from "./index.ts";
import { limit } from "./market.ts";

export const opaque = (text: string): string => Buffer.from(text).toString("base64url");

const NOT_A_CURSOR = "must be the `next` of an earlier answer";

/** @param read what the text stands for; `undefined` when it is none of these cursors */
export const cursor = <Place>(read: (text: string) => Place | undefined) =>
  z
    .string()
    .max(120, NOT_A_CURSOR)
    .transform((text, context): Place => {
      const place = read(Buffer.from(text, "base64url").toString());
      if (place !== undefined) return place;
      context.issues.push({ code: "custom", message: NOT_A_CURSOR, input: text });
      return z.NEVER;
    });

/** The start of the last bar that was told, ms. */
export const barCursor = (startMs: number): string => opaque(`b${startMs}`);
const barPlace = cursor((text) => wholeOf(/^b(\d{1,15})$/.exec(text)?.[1]));

export const tickCursor = ({ timeMs, before }: TickPlace): string => opaque(`t${timeMs} ${before}`);
const tickPlace = cursor((text): TickPlace | undefined => {
  const [, timeMs, before] = /^t(\d{1,15}(?:\.\d{1,20})?) (\d{1,9})$/.exec(text) ?? [];
  return timeMs === undefined ? undefined : { timeMs: Number(timeMs), before: Number(before) };
});

export type AnomalyPlace = Readonly<{ endMs: number; symbol: string; seq: number }>;
export const anomalyCursor = ({ endMs, symbol, seq }: AnomalyPlace): string =>
  opaque(`a${endMs} ${seq} ${symbol}`);
const anomalyPlace = cursor((text): AnomalyPlace | undefined => {
  const [, endMs, seq, symbol] = /^a(\d{1,15}) (\d{1,15}) (.+)$/s.exec(text) ?? [];
  return symbol === undefined ? undefined : { endMs: Number(endMs), seq: Number(seq), symbol };
});

export const symbolCursor = (symbol: string): string => opaque(`s${symbol}`);
const symbolPlace = cursor((text) => /^s(.+)$/s.exec(text)?.[1]);

const wholeOf = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);

/** "2024-12-31T14:30:00Z", with fractions of a second and another offset too; ms since 1970. */
const instant = z
  .string("must be an instant, like 2024-12-31T14:30:00Z")
  .pipe(z.iso.datetime({ offset: true, error: "must be an instant, like 2024-12-31T14:30:00Z" }))
  .transform((text) => Date.parse(text))
  .refine((ms) => ms >= 0 && ms < Date.UTC(2101, 0), "must be from 1970 to 2100")
  .meta({ format: "date-time" });

const DEFAULT_WINDOW = "1min";

/** "1min", "15min", "30s"; ms. */
const window = z
  .string()
  .regex(UP_TO_A_DAY, "must be minutes or seconds up to a day, like 5min or 30s")
  .transform((name) => windowMs(name)!);

const range = { start: instant.optional(), end: instant.optional() };

export const latestRequest = z.object({ symbol: ticker });

export const ticksRequest = z
  .object({
    symbol: ticker,
    ...range,
    limit: limit.default(1000),
    cursor: tickPlace.optional(),
  })
  .transform(({ start, end, cursor: place, ...request }) => ({
    ...request,
    startMs: start,
    endMs: end,
    place,
  }));

/** Windows are aligned to the epoch: some ranges lie on both sides of the end of any. */
const POINTS_MIN = 2;
const POINTS_MAX = 5000;
const POINTS_RANGE = `must be a whole number from ${POINTS_MIN} to ${POINTS_MAX}`;

export const barsRequest = z
  .object({
    symbol: ticker,
    window: window.prefault(DEFAULT_WINDOW),
    ...range,
    limit: limit.default(1000),
    cursor: barPlace.optional(),
    points: z
      .string()
      .regex(/^[1-9]\d{0,3}$/, POINTS_RANGE)
      .transform(Number)
      .refine((points) => points >= POINTS_MIN && points <= POINTS_MAX, POINTS_RANGE)
      .meta({ type: "integer", minimum: POINTS_MIN, maximum: POINTS_MAX, pattern: undefined })
      .optional(),
  })
  .transform(({ symbol, window: sizeMs, start, end, limit, cursor: afterMs, points }) => ({
    ...{ symbol, sizeMs, startMs: start, endMs: end, limit, afterMs, points },
  }));

const indicatorName = z.enum(INDICATOR_NAMES, `must be some of ${INDICATOR_NAMES.join(", ")}`);

export const indicatorsRequest = z
  .object({
    symbol: ticker,
    window: window.prefault(DEFAULT_WINDOW),
    names: z
      .string()
      .meta({ pattern: `^(${INDICATOR_NAMES.join("|")})(,(${INDICATOR_NAMES.join("|")}))*$` })
      .transform((text) => [...new Set(text.split(","))])
      .pipe(z.array(indicatorName))
      .optional(),
    ...range,
    limit: limit.default(500),
  })
  .transform(({ symbol, window: sizeMs, names, start, end, limit }) => ({
    ...{ symbol, sizeMs, names: names ?? INDICATOR_NAMES, startMs: start, endMs: end, limit },
  }));

export const symbolsRequest = z
  .object({
    query: z.string().max(60, "must be at most 60 characters").optional(),
    limit: limit.default(1000),
    cursor: symbolPlace.optional(),
  })
  .transform(({ cursor: after, ...request }) => ({ ...request, after }));

export const ANOMALY_TYPES = [
  "price_spike",
  "volume_spike",
  "rsi_overbought",
  "rsi_oversold",
  "high_latency",
] as const;
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;

export const anomaliesRequest = z
  .object({
    symbol: ticker.optional(),
    type: z.enum(ANOMALY_TYPES, `must be one of ${ANOMALY_TYPES.join(", ")}`).optional(),
    severity: z.enum(SEVERITIES, `must be one of ${SEVERITIES.join(", ")}`).optional(),
    ...range,
    limit: limit.default(200),
    cursor: anomalyPlace.optional(),
  })
  .transform(({ start, end, cursor: after, ...request }) => ({
    ...request,
    startMs: start,
    endMs: end,
    after,
  }));
