// Orders while nobody listens where Redis should be: none is taken in, and what stands is told from the store.
import { expect, it } from "vitest";
import type { Scope } from "../../lib/access/scope.ts";
import { createKey } from "../../lib/jobs/keys.ts";
import { encodeCommand, type LogCommand } from "../../lib/orders/command.ts";
import { logged, orderLog } from "./order-log.ts";
import { service } from "./service.ts";

const { request } = service({ isCached: false, settings: { ACCESS: "keys" } });
const log = orderLog();

it("matches and reads on, and takes nothing in with 503", async () => {
  const { world } = await import("../../lib/world.ts");
  const holder = (...scopes: Scope[]) =>
    createKey(world, {
      ...{ name: "n", scopes, expiresMs: null },
      limit: { ratePerSecond: 100, burst: 1000, quotaPerDay: null },
    });
  const [reading, trading] = [await holder("read"), await holder("trade")];
  const id = "NA_aaaaaaaaaaaaaaaaaaaaaaaaaa";
  const command: LogCommand = {
    ...{ kind: "new", symbol: "NA", request: "r", owner: reading.record.id, account: "main" },
    units: world.orderUnits,
    order: {
      ...{ id, side: "buy", type: "limit", timeInForce: "GTC", priceTicks: 1234, sizeLots: 7 },
    },
  };
  await world.eventLog.append("orders", [{ key: "NA", bytes: encodeCommand(command) }]);
  await log.match();

  const read = { headers: { "x-api-key": reading.key } };
  expect(await request("GET /api/v1/orderbook/NA", read)).toMatchObject({
    status: 200,
    body: { bids: [{ price: "12.34", quantity: "7", orders: 1 }] },
  });
  expect(await request(`GET /api/v1/orders/${id}`, read)).toMatchObject({
    status: 200,
    body: { status: "open", leaves_quantity: "7" },
  });

  const headers = { "x-api-key": trading.key };
  const price = { price: "12.00" };
  const json = { symbol: "NA", side: "buy", type: "limit", quantity: "1", ...price };
  for (const answer of [
    await request("POST /api/v1/orders", { headers, json }),
    await request(`PUT /api/v1/orders/${id}`, { headers, json: price }),
    await request(`DELETE /api/v1/orders/${id}`, { headers }),
  ])
    expect(answer).toMatchObject({
      status: 503,
      headers: { "retry-after": "2" },
      body: { code: "DEPENDENCY_DOWN", dependency: "redis" },
    });
  expect(await logged("orders")).toHaveLength(1);
});
