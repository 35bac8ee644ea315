/** Requests for the universe of a day. */
import * as z from "zod";
import { day, ticker } from "./index.ts";
import { limit } from "./market.ts";

/** A place in a universe: the member it names was the last of a page. */
export type UniversePlace = Readonly<{ ticker: string; security: string }>;

/** The place as text that says nothing to its reader. */
export const universeCursor = ({ ticker, security }: UniversePlace): string =>
  Buffer.from(`u${ticker} ${security}`).toString("base64url");

/** `undefined` for text that is no cursor of a universe. */
function placeOf(text: string): UniversePlace | undefined {
  const plain = Buffer.from(text, "base64url").toString("latin1");
  const [, ticker, security] = /^u([\x21-\x7e]{1,20}) ([\x21-\x7e]{1,29})$/.exec(plain) ?? [];
  return ticker === undefined || security === undefined ? undefined : { ticker, security };
}

const MEMBERS_DEFAULT = 1000;
const CURSOR_MAX = 80;

const cursor = z
  .string()
  .max(CURSOR_MAX, "must be the `next` of an earlier answer")
  .transform((text, context) => {
    const place = placeOf(text);
    if (place) return place;
    const message = "must be the `next` of an earlier answer";
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  });

export const universeRequest = z
  .object({
    date: day,
    ticker: ticker.optional(),
    limit: limit.default(MEMBERS_DEFAULT),
    cursor: cursor.optional(),
  })
  .transform(({ cursor: after, ...request }) => ({ ...request, after }));
