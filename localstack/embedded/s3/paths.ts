/** Percent-encoding as SigV4 wants it, and the split of a request line into bucket, key and query. */
import { S3Failure } from "./failure.ts";
import type { QueryPair } from "./message.ts";

/** RFC 3986: everything but unreserved characters is encoded. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** A key in a path or an encoded listing: the slashes stay readable. */
export const encodeKey = (key: string): string => key.split("/").map(encode).join("/");

/** @throws S3Failure InvalidURI when the text is not valid percent-encoded UTF-8 */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Failure("InvalidURI", `Couldn't parse the specified URI: "${text}".`);
  }
}

const decodePair = (part: string): QueryPair => {
  const equals = part.indexOf("=");
  if (equals < 0) return [decode(part.replaceAll("+", " ")), ""];
  return [
    decode(part.slice(0, equals).replaceAll("+", " ")),
    decode(part.slice(equals + 1).replaceAll("+", " ")),
  ];
};

/** Dots are ordinary characters of a key: nothing is normalised, "a/../b" stays three segments. */
export function splitUrl(url: string): {
  path: string;
  bucket: string;
  key: string;
  pairs: QueryPair[];
} {
  const question = url.indexOf("?");
  const path = decode(question < 0 ? url : url.slice(0, question));
  const query = question < 0 ? "" : url.slice(question + 1);
  const slash = path.indexOf("/", 1);
  return {
    path,
    bucket: slash < 0 ? path.slice(1) : path.slice(1, slash),
    key: slash < 0 ? "" : path.slice(slash + 1),
    pairs: query
      .split("&")
      .filter((part) => part !== "")
      .map(decodePair),
  };
}
