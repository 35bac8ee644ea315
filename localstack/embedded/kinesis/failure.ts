/** A refusal in Kinesis's own words: the type clients switch on. All are 400, as Kinesis has them, but its own faults. */

const STATUS = {
  ExpiredIteratorException: 400,
  ExpiredNextTokenException: 400,
  InternalFailure: 500,
  InvalidArgumentException: 400,
  LimitExceededException: 400,
  MissingAuthenticationTokenException: 400,
  ProvisionedThroughputExceededException: 400,
  ResourceInUseException: 400,
  ResourceNotFoundException: 400,
  SerializationException: 400,
  UnknownOperationException: 400,
  ValidationException: 400,
} as const;

export type KinesisCode = keyof typeof STATUS;

/** Thrown anywhere below the handler, which alone turns it into an answer. */
export class KinesisFailure extends Error {
  readonly code: KinesisCode;
  readonly status: number;

  constructor(code: KinesisCode, message: string) {
    super(message);
    this.name = "KinesisFailure";
    this.code = code;
    this.status = STATUS[code];
  }
}
