import { describe, expect, it } from "vitest";
import { decodeCommand, encodeCommand, type LogCommand } from "../../lib/orders/command.ts";

const HEAD = { symbol: "AAPL", request: "r1" };
const UNITS = { tickSize: "0.01", lotSize: "1" };

const COMMANDS: readonly LogCommand[] = [
  { kind: "end_day", ...HEAD },
  { kind: "cancel", ...HEAD, owner: null, id: "AAPL_x" },
  { kind: "amend", ...HEAD, owner: "eq_a", id: "AAPL_x", sizeLots: 3 },
  { kind: "amend", ...HEAD, owner: "eq_a", id: "AAPL_x", priceTicks: 100 },
  {
    ...{ kind: "new", ...HEAD, owner: "eq_a", units: UNITS, account: "main" },
    order: { id: "x", side: "buy", type: "market", timeInForce: "IOC", sizeLots: 1 },
  },
  {
    ...{ kind: "new", ...HEAD, owner: null, units: UNITS, account: "__proto__" },
    order: {
      ...{ id: "constructor", side: "sell", type: "stop_limit", timeInForce: "DAY", sizeLots: 9 },
      ...{ priceTicks: 10, stopTicks: 11, trailTicks: 1, displayLots: 2, postOnly: true },
      selfTradePrevention: "cancel_both",
    },
  },
];

describe("a command in the log", () => {
  it.each(COMMANDS.map((command) => [command.kind, command] as const))(
    "%s is read as it was written",
    (_, command) => {
      expect(decodeCommand(encodeCommand(command))).toEqual(command);
    },
  );

  it.each([
    ["not JSON", "{", "the record is not a JSON object"],
    ["another format", '{"format":2}', "format must be 1, was 2"],
    [
      "a symbol that can be none",
      '{"format":1,"kind":"end_day","symbol":"a b","request":"r"}',
      "symbol must be text that matches",
    ],
    [
      "an unknown kind",
      '{"format":1,"kind":"move","symbol":"A","request":"r","owner":null}',
      "kind must be new, amend, cancel or end_day",
    ],
    [
      "no owner",
      '{"format":1,"kind":"cancel","symbol":"A","request":"r","id":"x"}',
      "owner must be text or null, was missing",
    ],
    [
      "a size in text",
      '{"format":1,"kind":"amend","symbol":"A","request":"r","owner":null,"id":"x","size_lots":"3"}',
      "size_lots must be a number",
    ],
    [
      "an order without units",
      '{"format":1,"kind":"new","symbol":"A","request":"r","owner":null}',
      "units must be an object",
    ],
  ])("with %s is refused by name", (_, text, fault) => {
    expect(decodeCommand(Buffer.from(text))).toEqual({ fault: expect.stringContaining(fault) });
  });

  it("with bytes that are no text is refused", () => {
    expect(decodeCommand(Buffer.from([0xff, 0xfe]))).toHaveProperty("fault");
  });
});
