/** What a GET or HEAD may ask besides the object: conditions (RFC 9110, section 13) and one byte range (section 14). */
import { S3Failure } from "./failure.ts";
import type { ObjectRecord } from "./store.ts";

type Headers = Readonly<Record<string, string>>;

const names = (list: string, etag: string): boolean =>
  list.split(",").some((entry) => {
    const wanted = entry.trim().replace(/^W\//, "").replace(/^"|"$/g, "");
    return wanted === "*" || wanted === etag;
  });

/**
 * @returns true when the client's copy is still good (304)
 * @throws S3Failure PreconditionFailed
 */
export function isNotModified(record: ObjectRecord, headers: Headers): boolean {
  const match = headers["if-match"];
  const noneMatch = headers["if-none-match"];
  const unmodifiedSinceMs = Date.parse(headers["if-unmodified-since"] ?? "");
  const modifiedSinceMs = Date.parse(headers["if-modified-since"] ?? "");
  const refused =
    match === undefined ? record.modifiedMs > unmodifiedSinceMs : !names(match, record.etag);
  if (refused)
    throw new S3Failure(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      { Condition: match === undefined ? "If-Unmodified-Since" : "If-Match" },
    );
  if (noneMatch !== undefined) return names(noneMatch, record.etag);
  return record.modifiedMs <= modifiedSinceMs;
}

/**
 * First byte and the one after the last. Anything but one well-formed range is ignored, as S3 does.
 * @throws S3Failure InvalidRange when no byte of the object lies in it
 */
export function byteRange(
  header: string | undefined,
  bytes: number,
): { from: number; to: number } | undefined {
  const parts = header?.trim().match(/^bytes=(\d*)-(\d*)$/);
  if (!parts || (parts[1] === "" && parts[2] === "")) return undefined;
  const [first, last] = [parts[1]!, parts[2]!];
  const from = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const to = first === "" || last === "" ? bytes : Math.min(bytes, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (from >= bytes || (first === "" && Number(last) === 0))
    throw new S3Failure("InvalidRange", "The requested range is not satisfiable", {
      RangeRequested: header!,
      ActualObjectSize: String(bytes),
    });
  return { from, to };
}
