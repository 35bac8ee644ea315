/** A refusal is never answered from a manifest that was not looked up again: what it misses may be there by now. */
import { AppError } from "../errors.ts";
import type { Freshness } from "../ports.ts";

/** @throws what `answer` throws, from a manifest that was looked up for it */
export async function lookingAgain<T>(
  freshness: Freshness,
  answer: (freshness: Freshness) => Promise<T>,
): Promise<T> {
  try {
    return await answer(freshness);
  } catch (error) {
    if (freshness.revalidate || !(error instanceof AppError)) throw error;
    return answer({ ...freshness, revalidate: true });
  }
}
