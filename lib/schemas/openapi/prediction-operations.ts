/** The predictions in the API document. */
import { predictionAnswer } from "../answers/predictions.ts";
import { predictionRequest } from "../predictions.ts";
import type { Operation } from "./operation.ts";

export const PREDICTION_OPERATIONS = {
  "GET /api/v1/predictions/{symbol}": {
    id: "prediction",
    tag: "Market",
    about:
      'The price some minutes ahead, from boosted trees that are trained every night, with what the forecast is worth: its skill against the last price, tested by walking forward. Where it has none that luck would not explain, the answer is the last price, `model` is `persistence` and `verdict` says "no skill over last price".',
    request: predictionRequest,
    parameters: {
      symbol: "A symbol of the stream.",
      horizon: "How far ahead: 1min to 50min. Trained are 1min, 5min and 15min.",
    },
    answer: { status: 200, says: "The prediction and its evidence.", schema: predictionAnswer },
    refusals: ["UNKNOWN_SYMBOL", "MODEL_NOT_TRAINED", "IMAGE_REFUSED", "DEPENDENCY_DOWN"],
    examples: [
      {
        says: "a symbol the stream has never seen",
        path: { symbol: "NOSUCH" },
        query: { horizon: "5min" },
        status: 404,
        code: "UNKNOWN_SYMBOL",
      },
    ],
  },
} as const satisfies Readonly<Record<string, Operation>>;
