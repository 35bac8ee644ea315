/** What API Gateway's WebSocket API hands to a function, as far as anything is read of it. */
export type LiveEvent = Readonly<{
  /** Of the request that opens a connection; names as the client wrote them. */
  headers?: Readonly<Record<string, string | undefined>> | null;
  queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  /** The text of a message. A binary one never comes from AWS; the local gateway hands its bytes on. */
  body?: unknown;
  isBase64Encoded?: boolean;
  requestContext: Readonly<{
    connectionId: string;
    eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    requestId?: string;
    domainName?: string;
    stage?: string;
    identity?: Readonly<{ sourceIp?: string | undefined }>;
  }>;
}>;

/** A status for the gateway; the body is a frame when it answers a message. */
export type LiveReply = Readonly<{
  statusCode: number;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;
