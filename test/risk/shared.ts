/** Vectors that are not part of this repository: read where they are present, else the reason is printed. */
import { existsSync, readFileSync } from "node:fs";

const folder = process.env.EQUIPOISE_SHARED ?? "../shared";

/** @param name a file under `vectors`; `undefined` when it is absent */
export function vectors<T>(name: string): T | undefined {
  const file = `${folder}/vectors/${name}`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as T;
  console.warn(`skipped: "${file}" is absent (set EQUIPOISE_SHARED)`);
  return undefined;
}

/** Largest difference from the expected value as a share of it; that of expected zeros is absolute. */
export function relativeError(actual: number, expected: string | number): number {
  const value = Number(expected);
  return Math.abs(actual - value) / (value === 0 ? 1 : Math.abs(value));
}
