/** What the end of an invocation does with the figures it has moved. */
import { config } from "../../config.ts";
import { once } from "../once.ts";
import { emf } from "./emf.ts";
import { instruments } from "./meter.ts";
import type { Sharing } from "./sharing.ts";

const tellCloudWatch = once(() => emf(instruments, config().STAGE));
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
  if (isFrozen && LOG_LEVEL !== "silent") tellCloudWatch()();
  const shared = isLast ? shareNow() : sharing?.shareWhenDue();
  return isFrozen || isLast ? shared : undefined;
}
