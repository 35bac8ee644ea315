/** Polygon's stocks cluster, after https://massive.com/docs/websocket/stocks/trades. */
import { type SocketStandIn, socketStandIn, type Visitor } from "./socket-stand-in.ts";

export const KEY = "K3Y";

export type PolygonFaults = Readonly<{
  /** The first so many connections are told nothing of their key. */
  deafTo?: number;
  /** The first so many connections are one too many. */
  crowdedFor?: number;
  /** Answers to subscriptions of the connection of this number, and after it was told of them. */
  isSilent?: (visitor: Visitor) => boolean;
}>;

const status = (name: string, message: string) => [{ ev: "status", status: name, message }];

export function polygonStandIn(faults: PolygonFaults = {}): Promise<SocketStandIn> {
  const authorised = new Set<Visitor>();
  return socketStandIn({
    greet(visitor) {
      if (visitor.number <= (faults.crowdedFor ?? 0)) {
        visitor.send(
          status("max_connections", "Maximum number of websocket connections exceeded."),
        );
        return visitor.close(1008, "too many");
      }
      visitor.send(status("connected", "Connected Successfully"));
    },
    answer({ action, params }, visitor) {
      if (action === "auth") {
        if (visitor.number <= (faults.deafTo ?? 0)) return;
        if (params !== KEY) {
          visitor.send(status("auth_failed", "authentication failed"));
          return visitor.close(1008, "unauthorized");
        }
        authorised.add(visitor);
        return visitor.send(status("auth_success", "authenticated"));
      }
      if (!authorised.has(visitor)) return visitor.send(status("error", "not authorized"));
      if (faults.isSilent?.(visitor)) return;
      for (const topic of String(params).split(","))
        visitor.send(status("success", `subscribed to: ${topic}`));
    },
  });
}

let serial = 0;

/** A trade as the documentation shows it. */
export const trade = (more: Readonly<Record<string, unknown>> = {}) => {
  serial++;
  return {
    ev: "T",
    sym: "AAPL",
    x: 4,
    i: String(serial),
    z: 3,
    p: 114.125,
    s: 100,
    t: Date.UTC(2024, 0, 5, 15, 0, 0) + serial,
    q: 3_681_328 + serial * 3,
    ...more,
  };
};
