import { describe, expect, it } from "vitest";
import { decodeOrderSegment, encodeOrderSegment } from "../../lib/orders/segment.ts";

const SEGMENT = {
  ...{ log: "orders", shard: "shardId-0", after: "7", through: "9" },
  records: [
    { seq: "8", key: "AAPL", arrivalMs: 1, bytes: Buffer.from("{}") },
    { seq: "9", key: "B", arrivalMs: 2.5, bytes: Buffer.from([0, 255, 128]) },
  ],
};

describe("a batch of orders as it is stored", () => {
  it("has the records byte for byte", () => {
    expect(decodeOrderSegment(encodeOrderSegment(SEGMENT))).toEqual(SEGMENT);
  });

  it.each(["", "{", '{"format":2,"records":[]}', '{"format":1}'])(
    "is refused when it is damaged: %j",
    (text) => {
      expect(() => decodeOrderSegment(Buffer.from(text))).toThrow(
        /segment of orders cannot be read/,
      );
    },
  );
});
