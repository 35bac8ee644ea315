/** A slower processor of a known speed, so that a figure says the same wherever and whenever it is measured. */
import type { Page } from "playwright-core";

/** What {@link piece} takes on the machine of bench/README.md when nothing else runs, ms. */
const REFERENCE_MS = 130;

/** A piece of what scripts do: strings, a map, numbers; ms. */
function piece(): number {
  const begunMs = performance.now();
  const seen = new Map<string, number>();
  let state = 1;
  for (let turn = 0; turn < 400_000; turn++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    seen.set(`k${state % 5000}`, state);
  }
  return performance.now() - begunMs;
}

/**
 * Makes the page's processor `times` slower than that of bench/README.md: a machine that is slower by itself is slowed
 * less, down to not at all; one that is faster is slowed no more than `times`.
 */
export async function slowed(page: Page, times: number): Promise<void> {
  const takenMs: number[] = [];
  for (let turn = 0; turn < 5; turn++) takenMs.push(await page.evaluate(piece));
  const slower = Math.min(...takenMs) / REFERENCE_MS;
  const rate = Math.min(times, Math.max(1, times / slower));
  if (rate < times)
    console.log(`this machine is slower by itself: ${rate.toFixed(2)} for ${times}`);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}
