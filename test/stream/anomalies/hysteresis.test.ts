// Of which anomalies somebody is told: one a beginning, more only when it grows graver.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Episodes,
  RELEASE_BARS,
  RELEASE_MS,
  type Sighting,
} from "../../../lib/stream/anomalies/hysteresis.ts";
import { COOLDOWN_MS } from "../../../lib/stream/anomalies/rules.ts";

const MINUTE_MS = 60_000;

/**
 * One letter a minute: h, c an anomaly of that severity (high, critical), m a medium one, l a low one, - a bar without,
 * a blank neither. Small letters carry the stream's alert, capitals do not.
 */
function played(tape: string, least: "high" | "critical" = "high", episodes = new Episodes(least)) {
  const SEVERITY = { l: "low", m: "medium", h: "high", c: "critical" } as const;
  return [...tape]
    .map((letter, minute) => {
      const at = { symbol: "AAPL", sizeMs: MINUTE_MS, endMs: (100 + minute) * MINUTE_MS };
      const severity = SEVERITY[letter.toLowerCase() as keyof typeof SEVERITY];
      const sighting = { ...at, type: "volume_spike", alert: letter === letter.toLowerCase() };
      const told = severity && episodes.sighted({ ...sighting, severity } as Sighting);
      if (letter !== " ") episodes.passed(at);
      return told === "told" ? letter.toUpperCase() : told === undefined ? letter : ".";
    })
    .join("");
}

describe("somebody is told", () => {
  it.each([
    ["once of an episode, however long it lasts", "hhhhhhhhhhhh", "H..........."],
    ["once where it flickers for less than five bars", "h----h---h----h", "H----.---.----."],
    ["again after five bars without it", "h-----h", "H-----H"],
    ["again when it grows graver, within the cooldown too", "hHc", "H.C"],
    ["not again when it is as grave or less", "ch-c-h", "C.-.-."],
    ["of the graver one however lately the stream told of the lesser", "hC", "HC"],
    ["not of what is low or medium", "llmm", "...."],
    ["of a high one right after a medium one, which used nothing up", "mh", ".H"],
    ["once, while a medium one keeps the episode open", "hmmmmmmmmmh", "H.........."],
    ["again when the medium ones have gone too", "hmm-----h", "H..-----H"],
  ])("%s", (_, tape, told) => {
    expect(played(tape)).toBe(told);
  });

  it.each([
    ["of critical ones alone, and highs use nothing up", "hhC--h", "..C--."],
    ["of the next critical one, where the first was in another episode", "c-----C", "C-----C"],
  ])("when only critical ones are wanted: %s", (_, tape, told) => {
    expect(played(tape, "critical")).toBe(told);
  });

  it("again after half an hour, though no bar was seen in between: the next morning is another episode", () => {
    const silence = " ".repeat(RELEASE_MS / MINUTE_MS);
    expect(played(`h${silence}h`)).toBe(`H${silence}H`);
    expect(played(`h${silence.slice(1)}h`)).toBe(`H${silence.slice(1)}.`);
  });

  it("not within five minutes, even of another episode of shorter bars", () => {
    const episodes = new Episodes();
    const at = (seconds: number) => ({
      ...{ symbol: "A", sizeMs: 1000, endMs: 1e6 + seconds * 1000 },
    });
    const high = (seconds: number) =>
      episodes.sighted({ ...at(seconds), type: "price_spike", severity: "high", alert: true });
    expect(high(0)).toBe("told");
    for (let second = 1; second <= RELEASE_BARS; second++) episodes.passed(at(second));
    expect(high(10)).toBe("cooldown");
    expect(high(COOLDOWN_MS / 1000 - 1)).toBe("cooldown");
    expect(high(COOLDOWN_MS / 1000)).toBe("told");
  });

  it("of each symbol and type by itself", () => {
    const episodes = new Episodes();
    const seen = { symbol: "A", sizeMs: MINUTE_MS, endMs: 6e6, alert: true } as const;
    const spike = { ...seen, type: "price_spike", severity: "high" } as const;
    const told = [
      spike,
      { ...spike, symbol: "B" },
      { ...spike, type: "volume_spike" as const },
      { ...spike, type: "high_latency" as const, severity: "critical" as const },
    ].map((one) => episodes.sighted(one));
    expect(told).toEqual(["told", "told", "told", "told"]);
  });

  it("not of what somebody was told before anything is remembered", () => {
    expect(played("HHHh")).toBe("....");
    expect(played("------H")).toBe("------H");
  });
});

describe("what is remembered", () => {
  it("goes on where it was written, wherever the tape is cut", () => {
    const letters = fc.constantFrom("h", "H", "c", "C", "m", "l", "-", "-", "-", " ");
    const tapes = fc.array(letters, { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(tapes, fc.nat(), (tape, cut) => {
        const whole = played(tape.join(""));
        const at = cut % tape.length;
        const blank = (part: string[]) => part.map(() => " ");
        const first = new Episodes();
        const before = played(tape.slice(0, at).join(""), "high", first);
        const second = Episodes.restored(JSON.parse(JSON.stringify(first.exported())));
        const after = played(
          [...blank(tape.slice(0, at)), ...tape.slice(at)].join(""),
          "high",
          second,
        );
        expect(before + after.slice(at)).toBe(whole);
      }),
      { numRuns: 300 },
    );
  });

  it("never tells twice of the same severity within five minutes, nor keeps a first alert back", () => {
    const letters = fc.constantFrom("h", "c", "m", "-", "-", "-", "-");
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 80 }), (tape) => {
        const told = played(tape.join(""));
        for (const severity of ["H", "C"]) {
          const places = [...told].flatMap((letter, at) => (letter === severity ? [at] : []));
          for (const [i, at] of places.entries()) {
            if (i > 0) expect(at - places[i - 1]!).toBeGreaterThanOrEqual(5);
          }
        }
        const first = tape.findIndex((letter) => letter === "h" || letter === "c");
        if (first >= 0) expect(told[first]).toBe(tape[first]!.toUpperCase());
      }),
      { numRuns: 300 },
    );
  });

  it("is forgotten when it no longer matters", () => {
    const episodes = new Episodes();
    played("h-----c", "high", episodes);
    expect(Object.keys(episodes.exported().episodes)).toEqual(["volume_spike AAPL"]);
    episodes.passed({ symbol: "B", sizeMs: MINUTE_MS, endMs: 1e9 });
    expect(episodes.exported()).toMatchObject({ episodes: {}, told: {} });
  });

  it.each([
    [{ sinceMs: 0.5 }],
    [{ episodes: { "price_spike A": { lastMs: "1" } } }],
    [{ told: { "price_spike A": { ms: 1, severity: "grave" } } }],
  ])("is refused when it is not whole: %j", (over) => {
    const state = { ...new Episodes().exported(), ...over };
    expect(() => Episodes.restored(state as never)).toThrow(
      expect.objectContaining({ code: "DEGENERATE_INPUT" }),
    );
  });
});
