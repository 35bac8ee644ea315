// Rule 4: a function that reports which records failed (ReportBatchItemFailures).
import { describe, expect, it } from "vitest";
import { failing, harness, type Work } from "./harness.ts";

const reporting =
  (...seqs: unknown[]): Work =>
  (_, { invocation }) =>
    invocation === 1
      ? { batchItemFailures: seqs.map((itemIdentifier) => ({ itemIdentifier })) }
      : null;

const ALL = ["a", "b", "c", "d"];

async function invoked(work: Work, changes = {}) {
  const made = harness({ isReportingFailures: true, ...changes }, { work });
  for (const text of ALL) made.log.put(text);
  await made.clock.advance(2_000);
  return made;
}

describe("rule 4: partial failures", () => {
  it("begin again at the lowest number reported, whatever the order", async () => {
    const { batches, position } = await invoked(reporting("4", "2", "3"));
    expect(batches()).toEqual([ALL, ["b", "c", "d"]]);
    expect(position()?.after).toBe("4");
  });

  it("move the checkpoint up to the lowest number while the rest is tried again", async () => {
    const work: Work = () => ({ batchItemFailures: [{ itemIdentifier: "3" }] });
    const { position, batches } = await invoked(work);
    expect(position()?.after).toBe("2");
    expect(batches().at(-1)).toEqual(["c", "d"]);
  });

  it.each([
    ["null", null],
    ["undefined", undefined],
    ["an empty object", {}],
    ["an empty list", { batchItemFailures: [] }],
    ["null for a list", { batchItemFailures: null }],
  ])("are none when the response is %s", async (_, payload) => {
    const { batches, position } = await invoked(() => payload);
    expect(batches()).toEqual([ALL]);
    expect(position()?.after).toBe("4");
  });

  it.each([
    ["empty", [{ itemIdentifier: "" }]],
    ["null", [{ itemIdentifier: null }]],
    ["under another name", [{ id: "3" }]],
    ["of no record of the batch", [{ itemIdentifier: "3" }, { itemIdentifier: "77" }]],
    ["no object", ["3"]],
  ])("are the whole batch when an identifier is %s", async (_, batchItemFailures) => {
    const work: Work = (__, { invocation }) => (invocation === 1 ? { batchItemFailures } : null);
    const { batches } = await invoked(work);
    expect(batches()).toEqual([ALL, ALL]);
  });

  it("are the whole batch when the function throws", async () => {
    const { batches } = await invoked((_, { invocation }) => (invocation === 1 ? failing() : null));
    expect(batches()).toEqual([ALL, ALL]);
  });

  it("use a retry, so that the rest is discarded when none is left", async () => {
    const changes = { retriesMax: 0, onFailureArn: "arn:aws:s3:::failures" };
    const { batches, failures, position } = await invoked(reporting("3"), changes);
    expect(batches()).toEqual([ALL]);
    expect(failures.map(({ document }) => document)).toMatchObject([
      { KinesisBatchInfo: { startSequenceNumber: "3", endSequenceNumber: "4" } },
    ]);
    expect(failures[0]?.document.responseContext).not.toHaveProperty("functionError");
    expect(position()?.after).toBe("4");
  });

  it("split the batch where the function said when it bisects, without a retry", async () => {
    const { batches, failures } = await invoked(reporting("2"), {
      isBisecting: true,
      retriesMax: 0,
    });
    expect(batches()).toEqual([ALL, ["b", "c", "d"]]);
    expect(failures).toEqual([]);
  });

  it("mean nothing where the mapping does not ask for them", async () => {
    const { batches } = await invoked(reporting("2"), { isReportingFailures: false });
    expect(batches()).toEqual([ALL]);
  });
});
