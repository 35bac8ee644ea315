/** What the predictions answer. */
import * as z from "zod";
import { HORIZON_FORM } from "../../forecast/horizon.ts";
import { count, fraction, instant, named, ordinal, tickerText } from "./common.ts";

const price = z.number().describe("In the currency of the symbol.");
const change = z.number().describe("Natural logarithm of the price over the last one.");

const PERSISTENCE = "no skill over last price";

export const predictionAnswer = named(
  "PredictionAnswer",
  z.strictObject({
    symbol: tickerText,
    horizon: z.string().regex(HORIZON_FORM).describe("How far ahead."),
    as_of: instant.describe("End of the last minute that was known."),
    last: price.describe("The close of that minute."),
    price: price.describe("What is predicted; the last price where the model has no skill."),
    change,
    change_fraction: fraction.describe("Price over the last one, less 1."),
    verdict: z
      .enum(["skill", PERSISTENCE])
      .describe(
        `"skill" when the model was better than the last price in testing and luck explains that with at most 5 %; else "${PERSISTENCE}".`,
      ),
    model: z.enum(["boosted-trees", "persistence"]).describe("Where `price` comes from."),
    model_version: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe("Hash of the trees and their evidence."),
    trained_at: instant,
    interval: z
      .strictObject({
        level: fraction.describe("How often it should hold."),
        low: price,
        high: price,
      })
      .nullable()
      .describe("From the errors in testing; null where too few were tested."),
    skill: z
      .strictObject({
        value: z
          .number()
          .max(1)
          .nullable()
          .describe("1 - MSE / MSE of the last price; null when the price never moved."),
        p_value: fraction
          .nullable()
          .describe("Diebold and Mariano, Harvey, Leybourne and Newbold's factor, two-sided."),
        directional_accuracy: fraction
          .nullable()
          .describe("Of tested moves that were forecast as moves."),
        tested: ordinal.describe("Forecasts, each by a model of what was known before."),
      })
      .describe("The trees against the last price, by walking forward."),
    candidate: z
      .strictObject({ price, change })
      .describe("What the trees say, also where they are not believed."),
    meta: z.strictObject({
      units: z.strictObject({
        price: z.literal("currency of the symbol"),
        change: z.literal("natural logarithm"),
        change_fraction: z.literal("fraction"),
      }),
      significance: fraction.describe("Above this `p_value` a better past counts as luck."),
      trained_on: z.strictObject({
        start: instant,
        end: instant,
        bars: count.describe("Minutes with trades."),
      }),
    }),
  }),
);
