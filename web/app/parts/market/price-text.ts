/** A price as people of the trade write it; one below 1 needs more digits. */
import { number } from "../../data/format.ts";

export const priceText = (value: number): string => number(value, Math.abs(value) < 1 ? 4 : 2);
