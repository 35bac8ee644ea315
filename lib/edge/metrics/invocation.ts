/** What the end of an invocation does with the figures it has moved. */
import { config } from "../../config.ts";
import { emfLines } from "./emf.ts";
import { instruments } from "./meter.ts";
import type { Sharing } from "./sharing.ts";

const emf = emfLines(instruments);
let sharing: Sharing | undefined;

/** Where figures are shared; until it is named they stay in the process. */
export function shareThrough(chosen: Sharing): void {
  sharing = chosen;
}

/** Adds what is new to the shared figures: at the end of a process. */
export const shareNow = (): Promise<void> | undefined => sharing?.share();

/**
 * Tells CloudWatch and adds to the shared figures.
 * @param isLast whether no other invocation may follow soon: then a second need not have passed
 * @returns what to wait for before the process may be frozen; a process that lives on waits for nothing
 */
export function invocationEnded(isLast = false): Promise<void> | undefined {
  const { STAGE, LOG_LEVEL } = config();
  const isFrozen = STAGE !== "local";
  const isTold = isFrozen && LOG_LEVEL !== "silent";
  const line = isTold ? emf(STAGE, Date.now()) : undefined;
  if (line !== undefined) process.stdout.write(`${line}\n`);
  const shared = isLast ? shareNow() : sharing?.shareWhenDue();
  return isFrozen || isLast ? shared : undefined;
}
