/** Messages of live connections. */
import * as z from "zod";
import { SYMBOLS_MAX } from "../live/topic.ts";
import { CHANNELS } from "../stream/items.ts";
import { ticker } from "./index.ts";

/** What every message may carry; an answer repeats it, so that a client can tell answers apart. */
const id = z.string("must be text").max(64, "must have at most 64 letters").optional();

export const pingRequest = z.strictObject({ action: z.literal("ping"), id });

const channel = z.enum(CHANNELS, `must be one of ${CHANNELS.join(", ")}`);

const list = <S extends z.ZodType>(one: S, most: number) =>
  z
    .array(one, "must be a list")
    .min(1, "must name at least one")
    .max(most, `must name at most ${most}`);

const topics = {
  id,
  channels: list(channel, CHANNELS.length),
  symbols: list(ticker, SYMBOLS_MAX),
};

/** Every channel with every symbol, beside what was subscribed before. */
export const subscribeRequest = z.strictObject({ action: z.literal("subscribe"), ...topics });

export const unsubscribeRequest = z.strictObject({ action: z.literal("unsubscribe"), ...topics });

const seq = z
  .number("must be a whole number from 0")
  .int("must be a whole number from 0")
  .min(0, "must be a whole number from 0");

/** What the client has seen last; a message that names more positions would be too long. */
export const resumeRequest = z.strictObject({
  action: z.literal("resume"),
  id,
  positions: list(z.strictObject({ channel, symbol: ticker, seq }), 200),
});
