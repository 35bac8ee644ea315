/** Messages of live connections. */
import * as z from "zod";

/** What every message may carry; an answer repeats it, so that a client can tell answers apart. */
const id = z.string("must be text").max(64, "must have at most 64 letters").optional();

export const pingRequest = z.strictObject({ action: z.literal("ping"), id });
