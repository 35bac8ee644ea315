/** How far ahead, as callers write it: whole minutes, since models are trained on bars of one minute. */
import { AppError } from "../errors.ts";
import { MOST_AHEAD } from "./table.ts";

export const BAR_MS = 60_000;

/** "5min" */
export type HorizonName = `${number}min`;

/** Those that are trained without being asked for. */
export const HORIZONS: readonly HorizonName[] = ["1min", "5min", "15min"];

export const HORIZON_FORM = /^([1-9]|[1-4]\d|50)min$/;

/** Bars of one minute that a horizon has. @throws AppError DEGENERATE_INPUT unless it is "1min" to "50min" */
export function barsAhead(name: string): number {
  const [, minutes] = HORIZON_FORM.exec(name) ?? [];
  if (minutes !== undefined) return Number(minutes);
  const wanted = `horizon must be 1min to ${MOST_AHEAD}min`;
  throw new AppError("DEGENERATE_INPUT", `${wanted}, was "${name}"`, { horizon: name });
}
