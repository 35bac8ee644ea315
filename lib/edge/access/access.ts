/**
 * Who may call: an API key with the scope a route needs, within the limits of the key; without a key the routes that
 * need none, within the limits of an address. With ACCESS=open nothing is looked at.
 */
import { ANONYMOUS, type Limit } from "../../access/limit.ts";
import { type Needed, permits, UNCOUNTED } from "../../access/scope.ts";
import { config } from "../../config.ts";
import { AppError } from "../../errors.ts";
import type { HttpEvent, Middleware } from "../http.ts";
import { limited, rateHeaders } from "./headers.ts";
import { type AccessWorld, addressOf, forbidden, holder } from "./holder.ts";

/**
 * Lets a request go on when its caller may make it.
 * @param needed the scope of the route, or "public"
 * @param cost as how many requests one counts
 * @throws AppError UNAUTHORIZED, FORBIDDEN, RATE_LIMITED, QUOTA_EXCEEDED, DEPENDENCY_DOWN
 */
export const access = (world: AccessWorld, needed: Needed, cost = 1): Middleware => ({
  // No promise where nothing is asked: an open service pays for one comparison.
  before: ({ event }) =>
    config().ACCESS === "open" ? undefined : admitted(world, event, needed, cost),
});

async function admitted(
  world: AccessWorld,
  event: HttpEvent,
  needed: Needed,
  cost: number,
): Promise<void> {
  const { headers, requestContext } = event;
  const sourceIp = requestContext?.http?.sourceIp;
  if (needed === "public")
    return counted(world, event, addressOf(sourceIp), ANONYMOUS, needed, cost);
  const record = await holder(world, { headers, sourceIp }, (id) => {
    event.keyId = id;
  });
  const { id, scopes, limit } = record;
  if (!permits(scopes, needed)) throw forbidden(needed, scopes);
  event.caller = { keyId: id, scopes, limit };
  await counted(world, event, `key:${id}`, limit, needed, cost);
}

async function counted(
  { limiter }: AccessWorld,
  event: HttpEvent,
  subject: string,
  limit: Limit,
  needed: Needed,
  cost: number,
): Promise<void> {
  const told = await limiter.take(subject, limit, cost, UNCOUNTED[needed]);
  if (!told) {
    throw new AppError(
      "DEPENDENCY_DOWN",
      `requests that need the scope "${needed}" wait until they can be counted again`,
      { dependency: "redis" },
    );
  }
  event.extraHeaders = rateHeaders(limit, told);
  if (told.outcome !== "allowed") throw limited(limit, told);
}
