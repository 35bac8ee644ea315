/** What a new API key may be. */
import * as z from "zod";
import {
  isLimit,
  QUOTA_MAX,
  RATE_MAX,
  RATE_MIN,
  USUAL,
  WINDOW_SECONDS_MAX,
} from "../access/limit.ts";
import { NAME_LETTERS_MAX } from "../access/record.ts";
import { SCOPES } from "../access/scope.ts";

const rate = `must be a number from ${RATE_MIN} to ${RATE_MAX}`;
const whole = "must be a whole number from 1 up";
const quota = `must be a whole number from 1 to ${QUOTA_MAX}, or none`;

/** A day begins at midnight UTC. */
const instant = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], "must be a day or an RFC 3339 instant")
  .transform((text) => Date.parse(text));

export const keyRequest = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1, "must not be empty")
      .max(NAME_LETTERS_MAX, `must have at most ${NAME_LETTERS_MAX} letters`)
      .regex(/^[^\p{Cc}]*$/u, "must be one line of text"),
    scopes: z
      .array(z.enum(SCOPES, `must be of ${SCOPES.join(", ")}`))
      .min(1, `must name at least one of ${SCOPES.join(", ")}`)
      .transform((scopes) => SCOPES.filter((scope) => scopes.includes(scope))),
    expires: instant.optional(),
    rate: z.coerce
      .number(rate)
      .min(RATE_MIN, rate)
      .max(RATE_MAX, rate)
      .default(USUAL.ratePerSecond),
    burst: z.coerce.number(whole).int(whole).min(1, whole).optional(),
    quota: z
      .union(
        [z.literal("none"), z.coerce.number(quota).int(quota).min(1, quota).max(QUOTA_MAX, quota)],
        quota,
      )
      .default(USUAL.quotaPerDay ?? "none"),
  })
  .transform(({ name, scopes, expires, rate: ratePerSecond, burst, quota: perDay }) => ({
    name,
    scopes,
    expiresMs: expires ?? null,
    limit: {
      ratePerSecond,
      burst: burst ?? Math.max(2, Math.ceil(2 * ratePerSecond)),
      quotaPerDay: perDay === "none" ? null : perDay,
    },
  }))
  .refine(({ limit }) => isLimit(limit), {
    path: ["burst"],
    message: `must be at most what the rate gives in ${WINDOW_SECONDS_MAX} seconds, and at most 1000000`,
  });
