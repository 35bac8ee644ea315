/** Which symbols may have a book: those of the stored market, of today and of before. */
import { AppError } from "../../errors.ts";
import { REFERENCE } from "../../market/parts.ts";
import * as reading from "../../market/reading.ts";
import type { Images } from "../../ports.ts";

/** @throws AppError UNKNOWN_SYMBOL when the market has no such symbol */
export async function demandTradable(images: Images, symbol: string): Promise<void> {
  const snapshot = await images.snapshot("market");
  try {
    if (REFERENCE in snapshot.manifest.parts) {
      const { query } = await snapshot.open(REFERENCE);
      if (reading.dailySymbols(query, symbol).some(({ ticker }) => ticker === symbol)) return;
    }
    throw new AppError("UNKNOWN_SYMBOL", `the market has no symbol "${symbol}"`, { symbol });
  } finally {
    snapshot.release();
  }
}
