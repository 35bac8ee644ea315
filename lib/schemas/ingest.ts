/** The days an ingestion takes. */
import * as z from "zod";
import { AppError } from "../errors.ts";
import { isoDay } from "../time.ts";
import { day } from "./index.ts";

export const ingestDays = z
  .object({ from: day.optional(), to: day.optional() })
  .transform(({ from, to }) => {
    if (from !== undefined && to !== undefined && from > to) {
      throw new AppError(
        "REVERSED_RANGE",
        `from ${isoDay(from)} is after to ${isoDay(to)}; swap them`,
        {
          from: isoDay(from),
          to: isoDay(to),
        },
      );
    }
    return { from, to };
  });
