/** Records of the log `ticks` for tests: seeded trades in frames, some of them sent twice, some damaged. */
import { uniform } from "../../../bench/uniform.ts";
import { encodeFrame } from "../../../lib/stream/frame.ts";
import type { LogRecord } from "../../../lib/stream/record.ts";
import { TICK } from "../../../lib/stream/ticks.ts";

export const START_MS = Date.UTC(2024, 0, 3, 15, 0);

export type RecordOptions = Readonly<{
  seed: number;
  frames: number;
  symbols?: readonly string[];
  rowsMax?: number;
  /** Event time from one frame to the next, at most. */
  stepMs?: number;
  isLive?: boolean;
}>;

/** Numbers in the log rise by leaps, as Kinesis has them. */
export function records({
  seed,
  frames,
  symbols = ["AAPL", "MSFT", "BRK.B"],
  rowsMax = 20,
  stepMs = 4000,
  isLive = false,
}: RecordOptions): LogRecord[] {
  const chance = uniform(seed);
  const whole = (below: number) => Math.floor(chance() * below);
  const out: LogRecord[] = [];
  let nowMs = START_MS;
  let seq = 10n ** 20n;
  let id = 0;
  const send = (bytes: Uint8Array) => {
    seq += BigInt(1 + whole(1000));
    out.push({ seq: String(seq), key: "test/0", bytes, arrivalMs: nowMs + 5 });
  };
  for (let number = 1; number <= frames; number++) {
    nowMs += whole(stepMs);
    const rows = whole(rowsMax + 1);
    const column = (of: (row: number) => number) =>
      Float64Array.from({ length: rows }, (_, n) => of(n));
    const bytes = encodeFrame({
      producer: "test/0",
      epochMs: START_MS,
      number,
      sentMs: nowMs,
      clockMs: number % 5 === 0 ? nowMs - 1000 : null,
      isLive,
      symbols,
      rows,
      columns: {
        symbol: Int32Array.from({ length: rows }, () => whole(symbols.length)),
        timeMs: column(() => nowMs - whole(3000)),
        price: column(() => (whole(50) === 0 ? Number.NaN : 100 + whole(1000) / 100)),
        size: column(() => whole(500)),
        id: column(() => id++),
        flags: Uint8Array.from({ length: rows }, () => (whole(9) === 0 ? TICK.irregular : 0)),
      },
    });
    send(bytes);
    if (whole(10) === 0) send(bytes);
    if (whole(20) === 0) send(bytes.subarray(0, bytes.length - 1 - whole(bytes.length / 2)));
  }
  return out;
}
