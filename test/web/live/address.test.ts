// Where the client connects, messages it sends again, and what it makes of what is no frame.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { ServerError } from "../../../web/api/client.ts";
import { connectLive, liveAddress, NoAddressError } from "../../../web/api/live.ts";
import { frameOf, grouped, inLists, itemsOf } from "../../../web/api/live-frames.ts";
import { type Frame, Requests } from "../../../web/api/live-requests.ts";
import { liveGateway } from "./live-gateway.ts";

const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const URL = "ws://localhost:3001";

function asked(hasKey: boolean, answers: readonly (string | null | Error)[]) {
  let calls = 0;
  const ask = async () => {
    const answer = answers[calls++];
    if (answer instanceof Error) throw answer;
    return { ticket: `eqt_${calls}`, expires_at: "", websocket_url: answer ?? null };
  };
  return { ask: ask as never, hasKey: () => hasKey, calls: () => calls };
}

describe("the address of the service", () => {
  it("has a new ticket for each attempt with a key", async () => {
    const client = asked(true, [URL, URL]);
    const address = liveAddress(client);
    expect([await address(), await address()]).toEqual([
      `${URL}?ticket=eqt_1`,
      `${URL}?ticket=eqt_2`,
    ]);
    const known = liveAddress(asked(true, [null]), "ws://elsewhere");
    expect(await known()).toBe("ws://elsewhere?ticket=eqt_1");
  });

  it("is asked for once without a key, and not at all where it is known", async () => {
    const client = asked(false, [URL]);
    const address = liveAddress(client);
    expect([await address(), await address(), client.calls()]).toEqual([URL, URL, 1]);
    const other = asked(false, []);
    expect([await liveAddress(other, URL)(), other.calls()]).toEqual([URL, 0]);
  });

  it("is the end where nobody knows it, or the key opens nothing", async () => {
    await expect(liveAddress(asked(true, [null]))()).rejects.toThrow(NoAddressError);
    const problem = JSON.stringify({ code: "UNAUTHORIZED", detail: "revoked" });
    const refused = new ServerError({ status: 401, headers: new Headers() }, problem);
    const errors: unknown[] = [];
    const live = connectLive({
      address: liveAddress(asked(true, [refused])),
      onItem: () => {},
      onError: (error) => errors.push(error),
      pauseMs: 1,
    });
    await expect.poll(() => live.status()).toBe("closed");
    expect(errors).toEqual([refused]);
  });

  it("is asked for again after every other failure", async () => {
    const gateway = await liveGateway({ answer: ({ id }) => ({ type: "pong", id }) });
    opened.push(gateway);
    const away = new ServerError({ status: 503, headers: new Headers() }, "");
    const client = asked(false, [away, new Error("away"), gateway.address]);
    const live = connectLive({ address: liveAddress(client), onItem: () => {}, pauseMs: 1 });
    opened.push(live);
    await expect.poll(() => live.status()).toBe("live");
    expect(client.calls()).toBe(3);
    live.close();
    await expect.poll(() => gateway.open()).toEqual([]);
    expect(live.status()).toBe("closed");
  });
});

describe("what comes", () => {
  it("is a frame only as an object with a type, and an item only of a channel that is known", () => {
    for (const text of ["", "x", "null", "5", "[]", "{}", '{"type":1}'])
      expect(frameOf(text), text).toBeUndefined();
    expect(frameOf('{"type":"pong"}')).toEqual({ type: "pong" });
    const items = [{ channel: "trades", symbol: "A" }, { channel: "quotes" }, null, 5];
    expect(itemsOf(items)).toEqual([{ channel: "trades", symbol: "A" }]);
    expect(itemsOf("no list")).toEqual([]);
  });

  it("is wanted in as few messages as name exactly that", () => {
    const many = Array.from({ length: 201 }, (_, at) => `trades S${at}`);
    expect(inLists(many).map(({ length }) => length)).toEqual([200, 1]);
    expect(grouped(many).map(({ symbols }) => symbols.length)).toEqual([200, 1]);
    expect(grouped(["trades A", "bars B", "bars A", "trades C", "bars C"])).toEqual([
      { channels: ["trades", "bars"], symbols: ["A", "C"] },
      { channels: ["bars"], symbols: ["B"] },
    ]);
  });
});

describe("a message", () => {
  function sender(answerMs: number) {
    const sent: Record<string, unknown>[] = [];
    const frames: Frame[] = [];
    const refused: unknown[] = [];
    let silences = 0;
    const requests = new Requests({
      send: (text) => sent.push(JSON.parse(text)),
      onSilence: () => {
        silences++;
      },
      answerMs,
      random: () => 0.02,
    });
    opened.push({ close: () => requests.clear() });
    const ask = () =>
      requests.ask(
        { action: "resume" },
        (frame) => frames.push(frame),
        (refusal) => refused.push(refusal),
      );
    return { requests, ask, sent, frames, refused, silences: () => silences };
  }

  it("is answered when all frames are there, also where the last came first", () => {
    const { requests, ask, frames } = sender(1_000);
    ask();
    ask();
    const answers = [
      { type: "resumed", id: "1", parts: 1 },
      { type: "resumed", id: "2", more: true },
      { type: "resumed", id: "1", more: true },
      { type: "resumed", id: "2", parts: 1 },
    ];
    for (const frame of answers) expect(requests.answered(frame)).toBe(true);
    expect(frames.map(({ id, more }) => [id, more])).toEqual([
      ["2", true],
      ["1", true],
      ["1", undefined],
      ["2", undefined],
    ]);
    expect(requests.answered(answers[0]!), "and no more afterwards").toBe(false);
  });

  it("is sent again when nothing comes, and at last nobody is there", async () => {
    const { ask, sent, silences } = sender(10);
    ask();
    await expect.poll(silences).toBe(1);
    expect(sent).toEqual(Array(4).fill({ action: "resume", id: "1" }));
  });

  it("is sent again when the service could not, and not when it would not", async () => {
    const { requests, ask, sent, refused } = sender(1_000);
    ask();
    requests.answered({ type: "error", id: "1", code: "RATE_LIMITED", retry_after_seconds: 0.05 });
    expect(sent).toHaveLength(1);
    await sleep(60);
    await expect.poll(() => sent.length).toBe(2);
    requests.answered({ type: "error", id: "1", code: "BAD_REQUEST" });
    expect(refused).toMatchObject([{ code: "BAD_REQUEST" }]);
    ask();
    for (let tries = 1; tries <= 4; tries++) {
      await expect.poll(() => sent.filter(({ id }) => id === "2").length).toBe(tries);
      requests.answered({ type: "error", id: "2", code: "INTERNAL" });
    }
    expect(refused).toHaveLength(2);
  });
});
