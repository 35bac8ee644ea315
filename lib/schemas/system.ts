/** Requests of the system endpoints. */
import * as z from "zod";

const dataset = z.string().max(40);

export const datasetRequest = z.object({ name: dataset });

export const rollbackRequest = z.object({
  name: dataset,
  seq: z
    .number("must be the sequence number of a version")
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(Number.MAX_SAFE_INTEGER),
});
