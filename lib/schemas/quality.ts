/** Requests about the quality of the market and how it was loaded. */
import * as z from "zod";
import { day } from "./index.ts";

export const qualityRequest = z.object({ date: day.optional() });

const LIMIT_MAX = 200;

export const ingestionsRequest = z.object({
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, `must be a whole number from 1 to ${LIMIT_MAX}`)
    .transform(Number)
    .refine((limit) => limit <= LIMIT_MAX, `must be a whole number from 1 to ${LIMIT_MAX}`)
    .default(50),
  /** What an earlier answer gave as `next`. */
  cursor: z
    .string()
    .regex(/^[0-9]{13}-[0-9a-f]{16}$/, "must be the `next` of an earlier answer")
    .optional(),
});
