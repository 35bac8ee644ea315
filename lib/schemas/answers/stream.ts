/** What the endpoints of the market stream answer. */
import * as z from "zod";
import { STREAM_UNITS } from "../../bars/body.ts";
import { INDICATOR_NAMES } from "../../stream/indicators/indicators.ts";
import { ANOMALY_TYPES, SEVERITIES } from "../stream.ts";
import {
  count,
  datasetVersion,
  fraction,
  instant,
  isoDay,
  named,
  ordinal,
  tickerText,
  usd,
} from "./common.ts";

const meta = named(
  "StreamMeta",
  z.strictObject({
    dataset_version: datasetVersion,
    as_of: instant
      .nullable()
      .describe("Time of the latest trade that is stored, of any symbol; null before the first."),
    units: z
      .strictObject({
        money: z.literal(STREAM_UNITS.money),
        volume: z.literal(STREAM_UNITS.volume),
        change: z.literal(STREAM_UNITS.change),
      })
      .describe("The unit of each kind of figure."),
    warnings: z.array(
      z
        .strictObject({
          code: z.literal("STREAM_GAP"),
          message: z.string().describe("The same for people."),
          count: ordinal,
          examples: z.array(z.never()).max(0),
        })
        .describe("Something of the log is missing among what was stored."),
    ),
  }),
);

const window = z
  .string()
  .regex(/^\d+(min|s)$/)
  .describe("Length of the window.");
const next = z.string().nullable().describe("`cursor` of the next page; null on the last one.");

const barShape = {
  start: instant.describe("The window is from here ..."),
  end: instant.describe("... to here, without this instant."),
  open: usd,
  high: usd,
  low: usd,
  close: usd,
  volume: z.number().min(0).describe("Shares, of irregular trades too."),
  vwap: usd.nullable().describe("Sum of price times size over volume; null without volume."),
  trades: ordinal.describe("Trades, irregular ones and those of size 0 included."),
  revision: count.describe("How often the bar was corrected after it closed."),
  partial: z.boolean().describe("Not all of the window was seen, or not yet."),
  irregular: z
    .boolean()
    .describe("No regular trade happened: the prices are those of irregular ones."),
};
const bar = named("StreamBar", z.strictObject(barShape));
const windowedBar = named("WindowedBar", z.strictObject({ window, ...barShape }));

const price = usd.nullable().describe("Null when no trade of the symbol stands.");

export const latestAnswer = named(
  "LatestAnswer",
  z.strictObject({
    symbol: tickerText,
    price,
    size: z.number().min(0).nullable().describe("Shares."),
    time: instant.nullable(),
    trade_seq: ordinal
      .nullable()
      .describe("Place in the count of the symbol's trades, as live frames have it."),
    day: z
      .strictObject({
        date: isoDay,
        open: usd,
        high: usd,
        low: usd,
        volume: z.number().min(0),
        previous_close: usd.nullable().describe("Null on the first day of the symbol."),
        change: usd.nullable().describe("Price less `previous_close`."),
        change_fraction: fraction.nullable(),
      })
      .nullable()
      .describe(
        "The day of the last trade so far; null where the state of the stream is not known.",
      ),
    last_bar: windowedBar.nullable().describe("The last closed bar of the shortest window."),
    forming: z.array(windowedBar).describe("Bars that are not closed yet."),
    meta,
  }),
);

export const ticksAnswer = named(
  "TicksAnswer",
  z.strictObject({
    symbol: tickerText,
    ticks: z
      .array(
        z.strictObject({
          time: instant,
          price: usd,
          size: z.number().min(0).describe("Shares."),
          id: count.nullable().describe("The feed's own; null when it gave none."),
          irregular: z
            .boolean()
            .describe("Its sale condition keeps it out of open, high, low and close."),
        }),
      )
      .describe("Newest first."),
    next,
    meta,
  }),
);

export const barsAnswer = named(
  "StreamBarsAnswer",
  z.strictObject({
    symbol: tickerText,
    window,
    merged: ordinal.describe(
      "How many windows make one bar: 1, unless `points` asked for fewer bars. Merging is exact: first open, last close, extremes and sums.",
    ),
    bars: z.array(bar).describe("Oldest first."),
    next,
    meta,
  }),
);

const indicator = named(
  "IndicatorSeries",
  z.strictObject({
    values: z
      .record(z.string(), z.array(z.number().nullable()))
      .describe("One line for each output, one entry for each of `times`; null before the first."),
    stable: z.boolean().describe("The last value no longer depends on where the series began."),
    warmup: z.strictObject({
      used_bars: count.describe("Bars that the last value rests on."),
      more_bars: count.describe("Bars still missing for a first value."),
      stable_in_bars: count.describe("Bars still missing until it is stable."),
    }),
  }),
);

export const indicatorsAnswer = named(
  "IndicatorsAnswer",
  z.strictObject({
    symbol: tickerText,
    window,
    times: z.array(instant).describe("Ends of the bars, oldest first."),
    indicators: z
      .strictObject(Object.fromEntries(INDICATOR_NAMES.map((name) => [name, indicator.optional()])))
      .describe("Those that were asked for."),
    meta,
  }),
);

export const symbolsAnswer = named(
  "SymbolsAnswer",
  z.strictObject({
    symbols: z
      .array(
        z.strictObject({
          symbol: tickerText,
          name: z.string().nullable().describe("Null when the market has no record of it."),
          data: z.strictObject({
            daily: z
              .strictObject({ from: isoDay, to: isoDay })
              .nullable()
              .describe("Sessions with a price; null without any."),
            stream: z
              .strictObject({ from: instant, to: instant })
              .nullable()
              .describe("First and last trade, to the millisecond around them; null without any."),
          }),
        }),
      )
      .describe("In the order of symbols."),
    next,
    meta,
  }),
);

export const anomaliesAnswer = named(
  "AnomaliesAnswer",
  z.strictObject({
    anomalies: z
      .array(
        z.strictObject({
          symbol: tickerText,
          type: z.enum(ANOMALY_TYPES),
          severity: z.enum(SEVERITIES),
          window,
          time: instant.describe("End of the bar."),
          value: z
            .number()
            .describe(
              "price_spike: fraction from the baseline; volume_spike: multiple of it; rsi_*: the RSI; high_latency: ms.",
            ),
          baseline: z.number().nullable().describe("What it was measured against."),
          threshold: z.number().describe("What the value had to exceed."),
          alert: z.boolean().describe("Whether somebody was to be told."),
        }),
      )
      .describe("Newest first."),
    next,
    meta,
  }),
);
