/** The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the name of a wish, the same when it is sent again. */
import { badRequest } from "./problem.ts";

export const IDEMPOTENCY_HEADER = "Idempotency-Key";

const MOST_CHARACTERS = 128;
const PRINTABLE = new RegExp(`^[\\x20-\\x7e]{1,${MOST_CHARACTERS}}$`);

/**
 * @returns `undefined` where none was sent
 * @throws AppError BAD_REQUEST unless it is 1 to 128 printable characters of ASCII
 */
export function idempotencyKey(
  headers: Readonly<Record<string, string | undefined>> | undefined,
): string | undefined {
  const key = headers?.[IDEMPOTENCY_HEADER.toLowerCase()];
  if (key === undefined || PRINTABLE.test(key)) return key;
  const message = `must be 1 to ${MOST_CHARACTERS} printable characters of ASCII, was ${key.length} characters`;
  throw badRequest([{ path: IDEMPOTENCY_HEADER, message }]);
}
