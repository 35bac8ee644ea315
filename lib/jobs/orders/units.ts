/** Ticks and lots as the decimals and numbers they stand for, and back. */
import { AppError } from "../../errors.ts";
import type { Units } from "../../orders/command.ts";
import { decimalOf, lotsOf, sizeOf, ticksOf } from "../../orders/decimal.ts";

/** "101.25" */
export const priceText = (ticks: number, units: Units): string => decimalOf(ticks, units);
export const sizeText = (lots: number, units: Units): string => sizeOf(lots, units);

/** For what takes numbers, as the stream does: the nearest one to the decimal. */
export const priceNumber = (ticks: number, units: Units): number => Number(priceText(ticks, units));
export const sizeNumber = (lots: number, units: Units): number => Number(sizeText(lots, units));

/** @throws AppError DEGENERATE_INPUT that names the member of the request and the nearest prices that are right */
export const ticksIn = (member: string, text: string, units: Units): number =>
  asMember(member, text, () => ticksOf(text, units));

/** @throws AppError DEGENERATE_INPUT that names the member of the request and the nearest sizes that are right */
export const lotsIn = (member: string, text: string, units: Units): number =>
  asMember(member, text, () => lotsOf(text, units));

function asMember(member: string, text: string, steps: () => number): number {
  try {
    return steps();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = error.message.replace(/^(price|size)/, member);
    throw new AppError(error.code, message, { [member]: text }, { cause: error });
  }
}
