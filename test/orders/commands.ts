/** Streams of commands of all kinds around one price, the same for the same seed. */
import { uniform } from "../../bench/uniform.ts";
import type { Command, NewOrder } from "../../lib/orders/order.ts";

export type Mix = Readonly<{
  seed: number;
  count: number;
  /** Prices lie within this many ticks of 1000 on either side. */
  reachTicks?: number;
}>;

export function commands({ seed, count, reachTicks = 10 }: Mix): Command[] {
  const draw = uniform(seed);
  const upTo = (most: number) => 1 + Math.floor(draw() * most);
  const one = <T>(...list: readonly T[]): T => list[Math.floor(draw() * list.length)]!;
  const price = () => 1000 - reachTicks + upTo(2 * reachTicks);
  let newest = 0;
  const known = () => `o${Math.max(1, newest - Math.floor(draw() ** 2 * 60))}`;

  function order(): NewOrder {
    // Now and then an id is used again, whether or not it is free.
    const id = draw() < 0.03 ? known() : `o${++newest}`;
    const sizeLots = upTo(30);
    const shared = {
      id,
      side: one("buy", "sell"),
      sizeLots,
      ...(draw() < 0.6 && { account: one("A", "B", "C") }),
      ...(draw() < 0.6 && {
        selfTradePrevention: one(
          ...(["none", "cancel_newest", "cancel_oldest", "cancel_both"] as const),
          "decrement_and_cancel" as const,
        ),
      }),
    } as const;
    const timeInForce = one("GTC", "GTC", "GTC", "DAY", "IOC", "FOK");
    const kind = draw();
    if (kind < 0.08) return { ...shared, timeInForce, type: "market" };
    if (kind < 0.16) return { ...shared, timeInForce, type: "stop", stopTicks: price() };
    if (kind < 0.24) {
      const prices = { priceTicks: price(), stopTicks: price() };
      return { ...shared, timeInForce, type: "stop_limit", ...prices };
    }
    if (kind < 0.34) return { ...shared, timeInForce, type: "trailing_stop", trailTicks: upTo(8) };
    const limit = { ...shared, type: "limit", priceTicks: price() } as const;
    if (kind < 0.44) return { ...limit, timeInForce: one("GTC", "DAY"), postOnly: true };
    if (kind < 0.6) return { ...limit, timeInForce, displayLots: upTo(Math.min(7, sizeLots)) };
    return { ...limit, timeInForce };
  }

  return Array.from({ length: count }, (): Command => {
    const kind = draw();
    if (kind < 0.6) return { command: "new", order: order() };
    if (kind < 0.75) return { command: "cancel", id: known() };
    if (kind < 0.995) {
      const sizeLots = draw() < 0.7 && { sizeLots: upTo(40) };
      return {
        command: "amend",
        id: known(),
        ...sizeLots,
        ...(draw() < 0.5 && { priceTicks: price() }),
      };
    }
    return { command: "end_day" };
  });
}
