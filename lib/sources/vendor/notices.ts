/**
 * Some vendors say no with status 200 and a sentence in the place of the data. Here such an answer gets the status that
 * others would send, so that it is waited for, asked again or refused like any other.
 */
import { bodyOf } from "./body.ts";

const MAX_BYTES = 64 * 1024 * 1024;
/** Sentences are shorter, data is nearly always longer. */
const NOTICE_BYTES_MAX = 4096;

export type Notice = Readonly<{
  status: number;
  retryAfterSeconds?: number;
  /** The vendor's words. */
  said: string;
}>;

/** @param noticeIn what a short body says in the place of data; `undefined` for data */
export const noticeAware =
  (
    fetch: typeof globalThis.fetch,
    noticeIn: (text: string) => Notice | undefined,
  ): typeof globalThis.fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok) return response;
    const body = await bodyOf(response, MAX_BYTES, init?.signal ?? new AbortController().signal);
    const isShort = body.byteLength <= NOTICE_BYTES_MAX;
    const notice = isShort ? noticeIn(new TextDecoder().decode(body)) : undefined;
    if (!notice) return new Response(body, { status: response.status });
    const { status, retryAfterSeconds, said } = notice;
    const headers = retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : undefined;
    return new Response(said, { status, ...(headers && { headers }) });
  };
