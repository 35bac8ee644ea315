/** Requests of the market endpoints: validation and types from one place. */
import * as z from "zod";
import { ADJUSTMENTS } from "../market/adjustment.ts";
import { isIsoDay, isoDay } from "../time.ts";
import { day, ticker } from "./index.ts";

const BARS_DEFAULT = 1000;
const BARS_MAX = 10_000;

/** Entries in one answer. */
export const limit = z
  .string()
  .regex(/^\d{1,6}$/, `must be a whole number from 1 to ${BARS_MAX}`)
  .transform(Number)
  .pipe(z.number().min(1, "must be at least 1").max(BARS_MAX, `must be at most ${BARS_MAX}`))
  .meta({ type: "integer", minimum: 1, maximum: BARS_MAX, pattern: undefined });

/** A place in a list of days, as text that says nothing to its reader. */
export const cursorAfter = (date: number): string => Buffer.from(`d${date}`).toString("base64url");

/** The day a cursor stands for; 0 for text that is none. */
function dayOfCursor(text: string): number {
  const [, digits] = /^d(\d{8})$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  const date = Number(digits ?? 0);
  return isIsoDay(isoDay(date)) ? date : 0;
}

const cursor = z
  .string()
  .max(40, "must be the `next` of an earlier answer")
  .transform(dayOfCursor)
  .refine((date) => date > 0, "must be the `next` of an earlier answer");

/** `start` and `end` are other names of `start_date` and `end_date`. */
export const dailyRequest = z
  .object({
    symbol: ticker,
    start_date: day.optional(),
    end_date: day.optional(),
    start: day.optional(),
    end: day.optional(),
    adjusted: z.enum(ADJUSTMENTS, `must be one of ${ADJUSTMENTS.join(", ")}`).default("splits"),
    on: day.optional(),
    limit: limit.default(BARS_DEFAULT),
    cursor: cursor.optional(),
  })
  .superRefine((request, context) => {
    for (const name of ["start", "end"] as const) {
      if (request[name] === undefined || request[`${name}_date`] === undefined) continue;
      const message = `is another name of ${name}_date: give one of them`;
      context.addIssue({ code: "custom", path: [name], message });
    }
  })
  .transform(({ symbol, start_date, end_date, start, end, adjusted, on, limit, cursor }) => ({
    symbol,
    start: start_date ?? start,
    end: end_date ?? end,
    adjusted,
    on,
    limit,
    after: cursor,
  }));
