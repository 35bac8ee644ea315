import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { breaker } from "../../lib/edge/breaker.ts";

describe("breaker", () => {
  it("counts failures in a row only", () => {
    const circuit = breaker({ failuresToOpen: 2, coolDownMs: 100, nowMs: () => 0 });
    circuit.failed();
    circuit.succeeded();
    circuit.failed();
    expect(circuit.isOpen()).toBe(false);
    circuit.failed();
    expect(circuit.isOpen()).toBe(true);
  });

  it("opens at one silence, and stays open when the trial is silent too", () => {
    let nowMs = 0;
    const circuit = breaker({ failuresToOpen: 5, coolDownMs: 100, nowMs: () => nowMs });
    circuit.silent();
    expect([circuit.isOpen(), circuit.allows()]).toEqual([true, false]);
    nowMs = 100;
    expect(circuit.allows()).toBe(true);
    circuit.silent();
    expect([circuit.isOpen(), circuit.allows()]).toEqual([true, false]);
    nowMs = 200;
    expect(circuit.allows()).toBe(true);
    circuit.succeeded();
    expect(circuit.isOpen()).toBe(false);
  });

  it("lets another try when a trial never reports", () => {
    let nowMs = 0;
    const circuit = breaker({ failuresToOpen: 1, coolDownMs: 100, nowMs: () => nowMs });
    circuit.failed();
    const allowed = [0, 50, 100, 150, 200, 201].map((at) => {
      nowMs = at;
      return circuit.allows();
    });
    expect(allowed).toEqual([false, false, true, false, true, false]);
  });

  it("allows at most one call per cool-down while it is open, and all calls while it is closed", () => {
    const steps = fc.array(
      fc.record({ afterMs: fc.nat(150), isWell: fc.boolean(), isSilent: fc.boolean() }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(steps, (script) => {
        let nowMs = 0;
        let lastCallMs = -Infinity;
        const circuit = breaker({ failuresToOpen: 3, coolDownMs: 100, nowMs: () => nowMs });
        for (const { afterMs, isWell, isSilent } of script) {
          nowMs += afterMs;
          const wasOpen = circuit.isOpen();
          const isAllowed = circuit.allows();
          if (!wasOpen) expect(isAllowed).toBe(true);
          if (wasOpen && isAllowed) expect(nowMs - lastCallMs).toBeGreaterThanOrEqual(100);
          if (!isAllowed) continue;
          lastCallMs = nowMs;
          if (isSilent) continue;
          if (isWell) circuit.succeeded();
          else circuit.failed();
        }
      }),
    );
  });
});
