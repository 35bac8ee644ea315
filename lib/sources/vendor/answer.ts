/** Checks that an answer has the shape an adapter reads. */
import type * as z from "zod";
import { type Asked, wrongAnswer } from "./errors.ts";

/**
 * The value as the schema reads it.
 *
 * @throws AppError VENDOR_ANSWER that says where the first difference is and what was expected there
 */
export function answerOf<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  asked: Asked,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.map(String).join(".") || "the answer";
  throw wrongAnswer(asked, `${where}: ${issue?.message ?? "another shape"}`, { path: where });
}
