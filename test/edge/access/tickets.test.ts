// Tickets in the embedded Redis, whose clock these tests turn.
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { type Caller, NOBODY } from "../../../lib/access/caller.ts";
import { USUAL } from "../../../lib/access/limit.ts";
import { TICKET_BYTES, TICKET_LIFE_MS, ticketOf } from "../../../lib/access/ticket.ts";
import { redisTickets } from "../../../lib/edge/access/tickets.ts";
import { liveRedis } from "./live-redis.ts";

const CALLER: Caller = { keyId: "abcdefgh", scopes: ["read"], limit: USUAL };
const newTicket = () => ticketOf(randomBytes(TICKET_BYTES));

const opened: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function kept() {
  const redis = await liveRedis();
  opened.push(redis);
  const tickets = redisTickets(() => redis.connection);
  return { ...redis, tickets };
}

describe("a ticket", () => {
  it("stands for who asked for it, once", async () => {
    const { tickets } = await kept();
    const ticket = newTicket();
    expect(await tickets.keep(ticket, CALLER)).toBe(true);
    expect(await tickets.take(newTicket())).toBeUndefined();
    expect(await tickets.take(ticket)).toEqual(CALLER);
    expect(await tickets.take(ticket)).toBeUndefined();
  });

  it("is taken by one of many that show it at once", async () => {
    const { tickets } = await kept();
    const ticket = newTicket();
    await tickets.keep(ticket, NOBODY);
    const all = await Promise.all(Array.from({ length: 50 }, () => tickets.take(ticket)));
    expect(all.filter((one) => one !== undefined)).toEqual([NOBODY]);
  });

  it("is over after half a minute", async () => {
    const { tickets, state } = await kept();
    const [first, second] = [newTicket(), newTicket()];
    await tickets.keep(first, CALLER);
    await tickets.keep(second, CALLER);
    state.nowMs += TICKET_LIFE_MS - 1;
    expect(await tickets.take(first)).toEqual(CALLER);
    state.nowMs += 1;
    expect(await tickets.take(second)).toBeUndefined();
  });

  it("lies in Redis as its hash alone", async () => {
    const { tickets, command } = await kept();
    const ticket = newTicket();
    await tickets.keep(ticket, CALLER);
    const names = (await command("KEYS", "*")) as string[];
    expect(names).toEqual([expect.stringMatching(/^live:ticket:[0-9a-f]{64}$/)]);
    const stored = `${names} ${await command("GET", names[0]!)}`;
    expect(stored).not.toContain(ticket.slice(4, 20));
  });

  it("opens nothing when what is stored was damaged", async () => {
    const { tickets, command } = await kept();
    const ticket = newTicket();
    await tickets.keep(ticket, CALLER);
    const [name] = (await command("KEYS", "*")) as string[];
    await command("SET", name!, '{"key_id":null}');
    expect(await tickets.take(ticket)).toBeUndefined();
  });

  it("cannot be kept or taken while Redis is away, or where there is none", async () => {
    const { tickets, server } = await kept();
    await server.close();
    expect(await tickets.keep(newTicket(), CALLER)).toBe(false);
    expect(await tickets.take(newTicket())).toBe("away");
    const none = redisTickets(() => undefined);
    expect(await none.keep(newTicket(), CALLER)).toBe(false);
    expect(await none.take(newTicket())).toBe("away");
  });
});
