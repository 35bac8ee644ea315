/** Tickets in Redis: what each stands for, under its hash, until it is taken or half a minute has passed. */
import { type Caller, callerOf, callerText } from "../../access/caller.ts";
import { TICKET_LIFE_MS, ticketName } from "../../access/ticket.ts";
import type { RedisConnection } from "../redis-connection.ts";

export type Tickets = Readonly<{
  /** Keeps for whom a ticket stands. @returns false when it cannot be kept: such a ticket opens nothing */
  keep: (ticket: string, caller: Caller) => Promise<boolean>;
  /**
   * For whom a ticket stands; from then on it stands for nobody, so that of many who show it at once one is let in.
   * @returns `undefined` for one that was used, has expired or never was; "away" when Redis cannot be reached: then the
   * ticket may be used up
   */
  take: (ticket: string) => Promise<Caller | "away" | undefined>;
}>;

/** @param connection `undefined` where no Redis is set */
export function redisTickets(connection: () => RedisConnection | undefined): Tickets {
  return {
    async keep(ticket, caller) {
      const redis = connection();
      const kept = await redis?.ask(() =>
        redis.redis.set(ticketName(ticket), callerText(caller), { px: TICKET_LIFE_MS }),
      );
      return kept !== undefined && "value" in kept;
    },
    async take(ticket) {
      const redis = connection();
      const taken = await redis?.ask(() => redis.redis.getdel<string>(ticketName(ticket)));
      if (!taken || "error" in taken) return "away";
      return taken.value === null ? undefined : callerOf(String(taken.value));
    },
  };
}
