/** A refusal in S3's own words: the XML code clients switch on, with the HTTP status S3 gives it. */

const STATUS = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BucketNotEmpty: 409,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedTrailerError: 400,
  MalformedXML: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3Code = keyof typeof STATUS;

/** Thrown anywhere below the handler, which alone turns it into an answer. */
export class S3Failure extends Error {
  readonly code: S3Code;
  readonly status: number;
  /** Further elements of the error document, e.g. the ETag that was expected. */
  readonly facts: Readonly<Record<string, string>>;

  constructor(code: S3Code, message: string, facts: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "S3Failure";
    this.code = code;
    this.status = STATUS[code];
    this.facts = facts;
  }
}
