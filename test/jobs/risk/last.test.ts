// The figures told to Prometheus: what was measured last, whatever Redis makes of it in between.
import { describe, expect, it } from "vitest";
import { noteLast, tellLast } from "../../../lib/jobs/risk/last.ts";
import type { Method } from "../../../lib/schemas/risk.ts";

const measured = { valueAtRisk: 20, expectedShortfall: 30, fit: {} };

function stage() {
  const kept = new Map<string, string>();
  const told: string[] = [];
  const set = async (key: string, value: string) => void kept.set(key, value);
  const get = async (key: string) => kept.get(key);
  const gauge = (name: string, { method }: { method?: string }, value: number) =>
    void told.push(`${name} ${method} ${value}`);
  const note = (method: Method, confidence = 0.975, horizon = 1) =>
    noteLast({ set }, { method, confidence, horizon }, measured, 1000);
  const tell = async () => {
    await tellLast({ get }, { set: gauge as never });
    return told.splice(0);
  };
  return { kept, note, tell };
}

describe("the risk that was measured last", () => {
  it("is told by method, as a share of the exposure", async () => {
    const { note, tell } = stage();
    expect(await tell()).toEqual([]);
    await note("normal");
    await note("evt", 0.99);
    await note("historical", 0.975, 10);
    expect(await tell()).toEqual(["qf_var_value normal 0.02", "qf_es_value normal 0.03"]);
  });

  it.each(["{oops", "null", "{}", "[1]", '["1","2"]', "[1,null]", "[1,2,3]"])(
    "is not told where Redis gives %j instead",
    async (garbled) => {
      const { kept, note, tell } = stage();
      await note("normal");
      await note("filtered");
      kept.set("risk:last:normal", garbled);
      expect(await tell()).toEqual(["qf_var_value filtered 0.02", "qf_es_value filtered 0.03"]);
    },
  );
});
