/** Trained models in the store: one object for each symbol and horizon, replaced by each training. */
import type { HorizonName } from "../../forecast/horizon.ts";
import { forecastText, parseForecast, type StoredForecast } from "../../forecast/stored.ts";
import type { Objects } from "../../ports.ts";

const FOLDER = "models/";

/** Symbols may hold any printable letter; one of dots alone would be taken for a path. */
const encoded = (symbol: string): string =>
  encodeURIComponent(symbol).replace(/^\.+$/, (dots) => "%2E".repeat(dots.length));

export const modelKey = (symbol: string, horizon: HorizonName): string =>
  `${FOLDER}${encoded(symbol)}/${horizon}.json`;

/**
 * @returns `undefined` when none was trained
 * @throws AppError BAD_FILE when the object is not what it should be, DEPENDENCY_DOWN
 */
export async function storedModel(
  objects: Pick<Objects, "get">,
  symbol: string,
  horizon: HorizonName,
): Promise<StoredForecast | undefined> {
  const object = await objects.get(modelKey(symbol, horizon));
  return object && parseForecast(object.body.toString());
}

export async function storeModel(
  objects: Pick<Objects, "put">,
  horizon: HorizonName,
  { symbol, trainedAtMs, trained }: StoredForecast,
): Promise<void> {
  const text = forecastText(trained, { symbol, trainedAtMs });
  await objects.put(modelKey(symbol, horizon), Buffer.from(text), {
    contentType: "application/json",
  });
}

/** Horizons of which a model is stored, shortest first. */
export async function trainedHorizons(
  objects: Pick<Objects, "list">,
  symbol: string,
): Promise<string[]> {
  const prefix = `${FOLDER}${encoded(symbol)}/`;
  const names = (await objects.list(prefix)).map(({ key }) => key.slice(prefix.length, -5));
  return names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}
