/** A block of ticks in a file of ticks: symbols one after the other, each in the order in which its ticks came in. */
import { ByteReader, ByteWriter, damaged } from "./columnar/bytes.ts";
import { opened, sealed } from "./columnar/envelope.ts";
import { readTicks, writeTicks } from "./columnar/ticks.ts";
import type { TickColumns } from "./ticks.ts";

export type TickBlock = Readonly<{
  symbols: readonly string[];
  ticks: TickColumns & Readonly<{ rows: number }>;
}>;

const KIND = { letters: "EQTB", version: 1 } as const;

export function encodeTickBlock({ symbols, ticks }: TickBlock): Uint8Array {
  const writer = new ByteWriter();
  writer.whole(symbols.length);
  for (const name of symbols) writer.text(name);
  writeTicks(writer, ticks, ticks.rows, symbols.length);
  return sealed(KIND, writer.written);
}

/** @throws AppError BAD_FILE for anything but the bytes of one whole block */
export function decodeTickBlock(bytes: Uint8Array): TickBlock {
  const reader = new ByteReader(opened(KIND, bytes));
  const symbols = Array.from({ length: reader.count() }, () => reader.text());
  const ticks = readTicks(reader, symbols.length);
  if (reader.left > 0) throw damaged(`a block ends ${reader.left} bytes before its bytes do`);
  return { symbols, ticks };
}
