/** A batch of the log `orders` as it is stored: the records as they came, which make the books. */
import { AppError } from "../errors.ts";
import type { LogRecord } from "../ports.ts";

export type OrderSegment = Readonly<{
  log: string;
  shard: string;
  /** The number the batch begins after, and its last. */
  after: string;
  through: string;
  records: readonly LogRecord[];
}>;

const FORMAT = 1;

export function encodeOrderSegment({ records, ...head }: OrderSegment): Uint8Array {
  const rows = records.map(({ seq, key, arrivalMs, bytes }) => [
    ...[seq, key, arrivalMs],
    Buffer.from(bytes).toString("base64"),
  ]);
  return new TextEncoder().encode(JSON.stringify({ format: FORMAT, ...head, records: rows }));
}

/** @throws AppError BAD_FILE */
export function decodeOrderSegment(bytes: Uint8Array): OrderSegment {
  try {
    const { format, log, shard, after, through, records } = JSON.parse(
      new TextDecoder().decode(bytes),
    ) as Omit<OrderSegment, "records"> & {
      format: number;
      records: readonly (readonly [string, string, number, string])[];
    };
    if (format !== FORMAT) throw new Error(`format must be ${FORMAT}, was ${format}`);
    return {
      ...{ log, shard, after, through },
      records: records.map(([seq, key, arrivalMs, body]) => ({
        ...{ seq, key, arrivalMs },
        bytes: Buffer.from(body, "base64"),
      })),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError(
      "BAD_FILE",
      `a segment of orders cannot be read: ${why}`,
      {},
      { cause: error },
    );
  }
}
