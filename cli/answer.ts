/** The body of a reading job, as its endpoint would send it. */
import type { CachedAnswer, Freshness } from "../lib/ports.ts";

/** A command is asked once, often right after a build: it never answers from an older look. */
export const FRESH: Freshness = { revalidate: true };

export async function answered(answer: Promise<CachedAnswer>): Promise<string> {
  const { compute, release } = await answer;
  try {
    return await compute();
  } finally {
    release();
  }
}
