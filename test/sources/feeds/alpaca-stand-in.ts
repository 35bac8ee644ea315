/** Alpaca's stream of stocks, after https://docs.alpaca.markets/docs/streaming-market-data and real-time-stock-pricing-data. */
import { type SocketStandIn, socketStandIn, type Visitor } from "./socket-stand-in.ts";

export const CREDENTIALS = { key: "K3Y", secret: "S3CRET" };

export type AlpacaFaults = Readonly<{
  /** What the first connections hear instead of a greeting: 406 with one too many. */
  errors?: readonly (readonly [code: number, msg: string])[];
  /** What a subscription is answered with. */
  refusal?: readonly [code: number, msg: string];
}>;

const error = ([code, msg]: readonly [number, string]) => [{ T: "error", code, msg }];

export function alpacaStandIn(faults: AlpacaFaults = {}): Promise<SocketStandIn> {
  const authorised = new Set<Visitor>();
  const subscribed = new Map<Visitor, Set<string>>();
  return socketStandIn({
    greet(visitor) {
      const refused = faults.errors?.[visitor.number - 1];
      if (!refused) return visitor.send([{ T: "success", msg: "connected" }]);
      visitor.send(error(refused));
      visitor.close(1000, "");
    },
    answer({ action, key, secret, trades }, visitor) {
      if (action === "auth") {
        if (key !== CREDENTIALS.key || secret !== CREDENTIALS.secret)
          return visitor.send(error([402, "auth failed"]));
        authorised.add(visitor);
        return visitor.send([{ T: "success", msg: "authenticated" }]);
      }
      if (!authorised.has(visitor)) return visitor.send(error([401, "not authenticated"]));
      if (faults.refusal) return visitor.send(error(faults.refusal));
      const all = subscribed.get(visitor) ?? new Set<string>();
      subscribed.set(visitor, all);
      for (const symbol of trades as string[]) all.add(symbol);
      const list = [...all];
      // Corrections and cancels come with trades, unasked.
      const changes = { corrections: list, cancelErrors: list };
      visitor.send([{ T: "subscription", trades: list, quotes: [], bars: [], ...changes }]);
    },
  });
}

let serial = 96_920;

export const trade = (more: Readonly<Record<string, unknown>> = {}) => ({
  T: "t",
  i: ++serial,
  S: "AAPL",
  x: "V",
  p: 126.55,
  s: 100,
  t: "2024-01-05T15:51:44.208123456Z",
  c: ["@"],
  z: "C",
  ...more,
});

export const correction = (
  of: ReturnType<typeof trade>,
  more: Readonly<Record<string, unknown>>,
) => ({
  T: "c",
  S: of.S,
  x: of.x,
  oi: of.i,
  op: of.p,
  os: of.s,
  oc: of.c,
  ci: ++serial,
  cp: of.p,
  cs: of.s,
  cc: of.c,
  z: of.z,
  t: "2024-01-05T15:52:06.542305024Z",
  ...more,
});

export const cancel = (
  of: Readonly<{ S: string; x: string; p: number; s: number }>,
  i: number,
) => ({
  T: "x",
  S: of.S,
  i,
  x: of.x,
  p: of.p,
  s: of.s,
  a: "C",
  z: "C",
  t: "2024-01-05T15:53:00.1Z",
});
