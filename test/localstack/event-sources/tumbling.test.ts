// Rule 6: tumbling windows by arrival, with a state that goes from one invocation to the next.
import { describe, expect, it } from "vitest";
import { failing, harness, type Kept, textsOf, type Work } from "./harness.ts";

/** Counts the records of a window. */
const counting: Work = (event) => ({
  state: { count: Number(event.state?.count ?? 0) + event.Records.length },
});

type Harness = ReturnType<typeof harness>;

const told = ({ events }: Harness) =>
  events.map((event) => ({
    texts: textsOf(event).join(""),
    window: event.window?.start.slice(11, 19),
    state: event.state,
    ...(event.isFinalInvokeForWindow ? { isFinal: true } : {}),
    ...(event.isWindowTerminatedEarly ? { isEarly: true } : {}),
  }));

describe("rule 6: tumbling windows", () => {
  it("carry the state through a window, end with an invocation without records, and begin anew", async () => {
    const made = harness({ tumblingWindowMs: 60_000 }, { work: counting });
    const { clock, log } = made;
    log.put("a");
    await clock.advance(20_000);
    log.put("b");
    await clock.advance(40_000);
    log.put("c");
    await clock.advance(61_000);
    expect(told(made)).toEqual([
      { texts: "a", window: "14:00:00", state: {} },
      { texts: "b", window: "14:00:00", state: { count: 1 } },
      { texts: "", window: "14:00:00", state: { count: 2 }, isFinal: true },
      { texts: "c", window: "14:01:00", state: {} },
      { texts: "", window: "14:01:00", state: { count: 1 }, isFinal: true },
    ]);
    expect(made.events[0]).toMatchObject({
      window: { start: "2024-06-03T14:00:00Z", end: "2024-06-03T14:01:00Z" },
      shardId: "shardId-000000000000",
      eventSourceARN: "arn:aws:kinesis:us-east-1:000000000000:stream/ticks",
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    });
  });

  it("never put records of two windows into one batch", async () => {
    const changes = { tumblingWindowMs: 60_000, batchWindowMs: 300_000 };
    const made = harness(changes, { work: counting });
    const { clock, log } = made;
    await clock.advance(59_000);
    // Both are read at once, long after the window of the first.
    log.failure = new Error("away");
    log.put("a");
    await clock.advance(2_000);
    log.put("b");
    log.failure = undefined;
    await clock.advance(300_000);
    expect(told(made).map(({ texts, window }) => `${window} ${texts}`)).toEqual([
      "14:00:00 a",
      "14:00:00 ",
      "14:01:00 b",
      "14:01:00 ",
    ]);
  });

  it("close when they are over though nothing comes after them, once", async () => {
    const made = harness({ tumblingWindowMs: 900_000 }, { work: counting });
    made.log.put("a");
    await made.clock.advance(899_000);
    expect(made.events).toHaveLength(1);
    await made.clock.advance(2_000_000);
    expect(told(made).slice(1)).toEqual([
      { texts: "", window: "14:00:00", state: { count: 1 }, isFinal: true },
    ]);
  });

  it("fail a response without a state", async () => {
    const work: Work = (event, given) => (given.invocation < 3 ? {} : counting(event, given));
    const { clock, log, batches, lines } = harness({ tumblingWindowMs: 60_000 }, { work });
    log.put("a");
    await clock.advance(1_000);
    expect(batches()).toEqual([["a"], ["a"], ["a"]]);
    expect(lines.join()).toContain("has no state");
  });

  it("end early when the state grows beyond 1 MB, and go on in the same window with a fresh one", async () => {
    const work: Work = (event) =>
      event.isFinalInvokeForWindow
        ? {}
        : { state: { text: "x".repeat(textsOf(event)[0] === "big" ? 1_048_577 : 10) } };
    const made = harness({ tumblingWindowMs: 60_000, batchSize: 1 }, { work });
    for (const text of ["small", "big", "next"]) made.log.put(text);
    await made.clock.advance(1_000);
    const seen = told(made).map(({ state, ...rest }) => ({
      ...rest,
      bytes: String(state?.text ?? "").length,
    }));
    expect(seen).toEqual([
      { texts: "small", window: "14:00:00", bytes: 0 },
      { texts: "big", window: "14:00:00", bytes: 10 },
      { texts: "", window: "14:00:00", bytes: 1_048_577, isFinal: true, isEarly: true },
      { texts: "next", window: "14:00:00", bytes: 0 },
    ]);
  });

  it("pause everything until the last invocation of a window has succeeded", async () => {
    let failures = 3;
    const work: Work = (event, given) =>
      event.isFinalInvokeForWindow && failures-- > 0 ? failing() : counting(event, given);
    const made = harness({ tumblingWindowMs: 60_000, retriesMax: 0 }, { work });
    made.log.put("a");
    await made.clock.advance(60_000);
    made.log.put("b");
    await made.clock.advance(5_000);
    const texts = told(made).map(({ texts: own, isFinal }) => (isFinal ? "end" : own));
    expect(texts).toEqual(["a", "end", "end", "end", "end", "b"]);
  });

  it("keep the state of what was taken when a batch fails in part", async () => {
    const work: Work = (event, { invocation }) =>
      invocation === 1
        ? { state: { seen: "a" }, batchItemFailures: [{ itemIdentifier: "2" }] }
        : { state: { seen: `${event.state?.seen}${textsOf(event).join("")}` } };
    const made = harness({ tumblingWindowMs: 60_000, isReportingFailures: true }, { work });
    for (const text of ["a", "b"]) made.log.put(text);
    await made.clock.advance(1_000);
    expect(told(made)).toMatchObject([
      { texts: "ab", state: {} },
      { texts: "b", state: { seen: "a" } },
    ]);
  });

  it("go on with their state after a restart", async () => {
    const kept: Kept = new Map();
    const first = harness({ tumblingWindowMs: 60_000 }, { work: counting, kept });
    first.log.put("a");
    await first.clock.advance(1_000);
    await first.close();
    const { clock, log } = first;
    log.put("b");
    const second = harness({ tumblingWindowMs: 60_000 }, { work: counting, kept, clock, log });
    await clock.advance(61_000);
    expect(told(second)).toEqual([
      { texts: "b", window: "14:00:00", state: { count: 1 } },
      { texts: "", window: "14:00:00", state: { count: 2 }, isFinal: true },
    ]);
  });
});
