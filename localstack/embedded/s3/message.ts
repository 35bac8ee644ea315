/** One HTTP exchange without a socket: what the handler takes and what it answers. */

/** Header names in lower case, as node:http gives them. `url` is path and query exactly as sent, still encoded. */
export type S3Request = Readonly<{
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}>;

export type S3Response = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}>;

/** One name and value of the query string, decoded; a name without "=" has the value "". */
export type QueryPair = readonly [name: string, value: string];

/** What the routes see: a request whose signature and body were found good. */
export type S3Call = Readonly<{
  method: string;
  bucket: string;
  /** Empty for requests that concern the bucket. */
  key: string;
  query: ReadonlyMap<string, string>;
  headers: Readonly<Record<string, string>>;
  /** The body with any aws-chunked framing removed. */
  body: Buffer;
  /** Checksums the client declared and that were found right, by algorithm, in base64. */
  checksums: Readonly<Record<string, string>>;
}>;

const EMPTY = Buffer.alloc(0);

export const answer = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Buffer = EMPTY,
): S3Response => ({ status, headers, body });

export const xmlAnswer = (status: number, xml: string): S3Response =>
  answer(status, { "content-type": "application/xml" }, Buffer.from(xml));
