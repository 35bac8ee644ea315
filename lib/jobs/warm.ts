/** Answers most likely to be asked for after a build, made while the images are still warm. */
import type { CachedAnswer, Images } from "../ports.ts";
import { dayKey } from "../time.ts";
import { changes } from "./changes.ts";
import { composition } from "./composition.ts";
import { performance } from "./performance.ts";

/** Keeps an answer under the key that its GET will look for. */
export type Keep = (route: string, input: unknown, answer: CachedAnswer) => Promise<void>;

/**
 * The three reads of the built range. The build stands whatever happens here: an answer that cannot be made now is
 * made, or refused with its reason, when somebody asks for it.
 */
export async function warmIndex(
  images: Images,
  built: Readonly<{ index: string; start_date: string; end_date: string }>,
  keep: Keep,
): Promise<void> {
  const range = {
    start: dayKey(built.start_date),
    end: dayKey(built.end_date),
    index: built.index,
  };
  const plain = { ...range, benchmark: undefined, riskFree: 0, costBps: 0 };
  const day = { date: range.end, index: built.index, reserve: 0 };
  await Promise.allSettled([
    performance(images, plain).then((answer) => keep("GET /index-performance", plain, answer)),
    changes(images, range).then((answer) => keep("GET /composition-changes", range, answer)),
    composition(images, day).then((answer) => keep("GET /index-composition", day, answer)),
  ]);
}
