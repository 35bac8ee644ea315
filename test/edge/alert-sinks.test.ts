// Slack and webhooks over real sockets: what they get, how often, and what is done when they do not take it.
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slackMessage, slackSink } from "../../lib/edge/slack.ts";
import { webhookSink } from "../../lib/edge/webhook.ts";
import type { Alert } from "../../lib/ports.ts";
import { alertReceiver, type Fault, type Receiver } from "./alert-receiver.ts";

const ALERT: Alert = {
  id: "0123456789abcdef0123456789abcdef",
  symbol: "A&B",
  type: "price_spike",
  severity: "critical",
  window: "1min",
  time: "2026-01-05T14:31:00.000Z",
  value: 0.12,
  baseline: 100,
  threshold: 0.1,
  says: "A&B: close 12.0 % above the mean of the 20 bars before (1min, critical)",
};

let receiver: Receiver;
let now: number;
let waited: number[];
beforeEach(async () => {
  receiver = await alertReceiver();
  now = Date.parse("2026-01-05T14:31:02Z");
  waited = [];
});
afterEach(() => receiver.close());

/** Waits are noted and pass at once; the clock goes on by them. */
const options = (more: object = {}) => ({
  url: receiver.url,
  nowMs: () => now,
  random: () => 1,
  sleep: async (ms: number) => {
    waited.push(ms);
    now += ms;
  },
  ...more,
});
const SINKS = [
  ["slack", slackSink],
  ["webhook", webhookSink],
] as const;

describe.each(SINKS)("a delivery to %s", (_, sinkOf) => {
  const answered = async (faults: readonly Fault[], isForEver = false, budgetMs = 20_000) => {
    receiver.plays(faults, isForEver);
    // Long enough for a busy machine, except where nobody will answer.
    const timeoutMs = faults.includes("hang") ? 500 : 10_000;
    return sinkOf(options({ timeoutMs })).deliver([ALERT], budgetMs);
  };

  it("is one request when it is taken", async () => {
    expect(await answered([])).toEqual({ outcome: "delivered", attempts: 1 });
    expect([receiver.got.length, receiver.taken.length, waited]).toEqual([1, 1, []]);
  });

  it.each<readonly [string, readonly Fault[], number]>([
    ["a fault of the receiver", [500], 2],
    ["a connection that is cut", ["cut"], 2],
    ["silence", ["hang"], 2],
    ["one after the other", [503, "hang", "cut", 408], 5],
  ])("is tried again after %s, and taken once", async (_, faults, attempts) => {
    expect(await answered(faults)).toEqual({ outcome: "delivered", attempts });
    expect([receiver.got.length, receiver.taken.length]).toEqual([attempts, 1]);
    expect(new Set(receiver.got.map(({ body }) => body)).size).toBe(1);
  });

  it("waits longer each time, half of it by chance", async () => {
    expect(await answered([500], true)).toEqual({
      outcome: "failed",
      attempts: 5,
      reason: "answered 500",
    });
    expect(waited).toEqual([250, 500, 1000, 2000]);
    expect([receiver.got.length, receiver.taken.length]).toEqual([5, 0]);
  });

  it("waits as long as it is asked to, in seconds or until a time", async () => {
    const date = new Date(now + 10_000).toUTCString();
    const faults = [
      { status: 429, headers: { "retry-after": "3" } },
      { status: 503, headers: { "retry-after": date } },
      { status: 429, headers: { "retry-after": "soon" } },
    ];
    expect(await answered(faults)).toEqual({ outcome: "delivered", attempts: 4 });
    expect(waited).toEqual([3000, 7000, 1000]);
  });

  it("ends at once when it is asked to wait for longer than there is time", async () => {
    const faults = [{ status: 429, headers: { "retry-after": "120" } }];
    expect(await answered(faults)).toEqual({
      outcome: "failed",
      attempts: 1,
      reason: "answered 429; the next try in 120000 ms would be too late",
    });
    expect(waited).toEqual([]);
  });

  it.each([400, 401, 403, 404, 410, 413])(
    "is not tried again when the answer is %i",
    async (status) => {
      const reason = `answered ${status}`;
      expect(await answered([status], true)).toEqual({ outcome: "failed", attempts: 1, reason });
      expect(receiver.got.length).toBe(1);
    },
  );

  it("follows no redirect: what it says is for one address", async () => {
    const other = await alertReceiver();
    const faults = [307, 302].map((status) => ({ status, headers: { location: other.url } }));
    for (const fault of faults) {
      expect(await answered([fault], true)).toMatchObject({
        outcome: "failed",
        attempts: 1,
        reason: expect.stringContaining("redirects are not followed"),
      });
    }
    expect(other.got).toEqual([]);
    await other.close();
  });

  it("tells nobody the address, whatever happens", async () => {
    const told = [await answered(["hang"], true, 200), await answered(["cut"], true)];
    await receiver.close();
    told.push(await sinkOf(options()).deliver([ALERT], 20_000));
    for (const { outcome, reason } of told) {
      expect(outcome).toBe("failed");
      expect(reason).not.toMatch(/127\.0\.0\.1|secret|services|http/);
    }
    expect(told.at(-1)?.reason).toBe("could not be reached (ECONNREFUSED)");
  });

  it("is not tried for a while after all tries of one have failed, and then once", async () => {
    const sink = sinkOf(options());
    receiver.plays([500], true);
    await sink.deliver([ALERT], 20_000);
    expect(receiver.got.length).toBe(5);
    expect(await sink.deliver([ALERT], 20_000)).toMatchObject({ outcome: "failed", attempts: 0 });
    expect(receiver.got.length).toBe(5);
    now += 30_000;
    receiver.plays([]);
    expect(await sink.deliver([ALERT], 20_000)).toEqual({ outcome: "delivered", attempts: 1 });
    expect(await sink.deliver([ALERT], 20_000)).toEqual({ outcome: "delivered", attempts: 1 });
    expect([receiver.got.length, receiver.taken.length]).toEqual([7, 2]);
  });

  it("goes on after one that was refused for good: the receiver is well", async () => {
    const sink = sinkOf(options());
    receiver.plays([404]);
    await sink.deliver([ALERT], 20_000);
    expect(await sink.deliver([ALERT], 20_000)).toEqual({ outcome: "delivered", attempts: 1 });
  });
});

describe("a message to Slack", () => {
  it("is a text and blocks, with Slack's letters escaped", async () => {
    await slackSink(options()).deliver([ALERT], 20_000);
    const says = "A&amp;B: close 12.0 % above the mean of the 20 bars before (1min, critical)";
    expect(JSON.parse(receiver.taken[0]!)).toEqual({
      text: says,
      blocks: [
        { type: "section", text: { type: "mrkdwn", text: `:red_circle: *${says}*` } },
        {
          type: "context",
          elements: [
            { type: "mrkdwn", text: "2026-01-05T14:31:00.000Z · 0123456789abcdef0123456789abcdef" },
          ],
        },
      ],
    });
    expect(receiver.got[0]!.headers["content-type"]).toBe("application/json");
  });

  it("names no channel and nobody: an anomaly cannot mention anybody", () => {
    const text = JSON.stringify(slackMessage([{ ...ALERT, says: "<!channel> <@U123>" }]));
    expect(text).not.toContain("<");
  });

  it("of many alerts is one, with fifty blocks at most", () => {
    const { most } = slackSink(options());
    const many = Array.from({ length: most }, (_, i) => ({ ...ALERT, symbol: `S${i % 3}` }));
    const { text, blocks } = slackMessage(many);
    expect(text).toBe(`${most} anomalies: S0, S1, S2`);
    expect(blocks.length).toBeLessThanOrEqual(50);
  });
});

describe("a message to a webhook", () => {
  it("is the alert as JSON, under a key that repeats have too", async () => {
    receiver.plays([500]);
    await webhookSink(options()).deliver([ALERT], 20_000);
    const { says, ...facts } = ALERT;
    expect(JSON.parse(receiver.taken[0]!)).toEqual({ event: "anomaly", ...facts, text: says });
    expect(receiver.got.map(({ headers }) => headers["idempotency-key"])).toEqual([
      ALERT.id,
      ALERT.id,
    ]);
    expect(receiver.got[0]!.headers).not.toHaveProperty("x-equipoise-signature");
  });

  it("is signed, where there is a secret, with the time of each try", async () => {
    receiver.plays([{ status: 429, headers: { "retry-after": "5" } }]);
    await webhookSink(options({ secret: "s3cret" })).deliver([ALERT], 20_000);
    const stamps = receiver.got.map(({ headers }) => Number(headers["x-equipoise-timestamp"]));
    expect(stamps).toEqual([1767623462, 1767623467]);
    for (const { headers, body } of receiver.got) {
      const signed = `${headers["x-equipoise-timestamp"]}.${body}`;
      const right = createHmac("sha256", "s3cret").update(signed).digest("hex");
      expect(headers["x-equipoise-signature"]).toBe(`v1=${right}`);
    }
  });
});
