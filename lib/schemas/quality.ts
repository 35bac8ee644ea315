/** Requests about the quality of the market and how it was loaded. */
import * as z from "zod";
import { day } from "./index.ts";

export const qualityRequest = z.object({ date: day.optional() });

/** Of a list; from the first or to the last day when one is left out. */
export const judgedRequest = z
  .object({ start_date: day.optional(), end_date: day.optional() })
  .transform(({ start_date: start, end_date: end }) => ({ start, end }));

const LIMIT_MAX = 200;

export const ingestionsRequest = z.object({
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, `must be a whole number from 1 to ${LIMIT_MAX}`)
    .transform(Number)
    .refine((limit) => limit <= LIMIT_MAX, `must be a whole number from 1 to ${LIMIT_MAX}`)
    .meta({ type: "integer", minimum: 1, maximum: LIMIT_MAX, pattern: undefined })
    .default(50),
  /** What an earlier answer gave as `next`. */
  cursor: z
    .string()
    .regex(/^[0-9]{13}-[0-9a-f]{16}$/, "must be the `next` of an earlier answer")
    .optional(),
});
