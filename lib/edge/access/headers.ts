/** What a limit says of itself in an answer: the fields of the IETF draft "RateLimit header fields for HTTP" (06). */
import type { Limit, Verdict } from "../../access/limit.ts";
import { AppError } from "../../errors.ts";

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
const DAY_SECONDS = 86_400;

/** `RateLimit-Limit`, `-Remaining` and `-Reset` speak of the tighter of rate and quota, `-Policy` names both. */
export function rateHeaders(limit: Limit, told: Verdict): Readonly<Record<string, string>> {
  const { burst, ratePerSecond, quotaPerDay } = limit;
  const policies = [`${burst};w=${seconds((1000 * burst) / ratePerSecond)}`];
  if (quotaPerDay !== null) policies.push(`${quotaPerDay};w=${DAY_SECONDS}`);
  return {
    "ratelimit-limit": String(told.by === "quota" ? quotaPerDay : burst),
    "ratelimit-remaining": String(told.remaining),
    "ratelimit-reset": String(seconds(told.resetMs)),
    "ratelimit-policy": policies.join(", "),
  };
}

/** The refusal of a request above its limit. */
export function limited({ burst, ratePerSecond, quotaPerDay }: Limit, told: Verdict): AppError {
  const retry = { retry_after_seconds: seconds(told.retryMs) };
  return told.outcome === "quota"
    ? new AppError(
        "QUOTA_EXCEEDED",
        `the quota of ${quotaPerDay} requests a day (UTC) is used up`,
        {
          quota_per_day: quotaPerDay,
          ...retry,
        },
      )
    : new AppError(
        "RATE_LIMITED",
        `at most ${burst} requests at once and ${ratePerSecond} a second in the long run`,
        { rate_per_second: ratePerSecond, burst, ...retry },
      );
}
