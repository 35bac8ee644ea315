/** Requests for predictions. */
import * as z from "zod";
import { HORIZON_FORM, type HorizonName } from "../forecast/horizon.ts";
import { ticker } from "./index.ts";

const DEFAULT_HORIZON: HorizonName = "5min";

export const predictionRequest = z.object({
  symbol: ticker,
  horizon: z
    .string()
    .regex(HORIZON_FORM, "must be 1min to 50min")
    .transform((text) => text as HorizonName)
    .default(DEFAULT_HORIZON),
});
