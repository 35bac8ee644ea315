/** Why a call has no answer: the service said no, or nothing came at all. */
import type { Problem } from "./schema.ts";

/** The code of an answer that is none of the service's own refusals, as of a proxy before it. */
export type Code = Problem["code"] | "UNREADABLE";

/** The service refused, or failed, in its own words. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly status: number;
  readonly code: Code;
  /** For people: what was wrong and what would be right. */
  readonly detail: string;
  /** Under which the service has logged the request. */
  readonly requestId: string | undefined;
  /** How long to wait before asking again. */
  readonly retryAfterSeconds: number | undefined;
  /** Everything it said; `undefined` when that was no refusal of the service. */
  readonly problem: Problem | undefined;
  /** Its JSON, whatever it says: health answers 503 with a body like that of 200. */
  readonly said: unknown;

  constructor({ status, headers }: Pick<Response, "status" | "headers">, text: string) {
    const said = parsed(text);
    const problem = isProblem(said) ? said : undefined;
    const detail = problem?.detail ?? `the answer with status ${status} is none of the service's`;
    super(detail);
    this.status = status;
    this.code = problem?.code ?? "UNREADABLE";
    this.detail = detail;
    this.requestId = problem?.request_id ?? headers.get("x-request-id") ?? undefined;
    this.retryAfterSeconds = seconds(headers.get("retry-after"));
    this.problem = problem;
    this.said = said;
  }
}

/** No whole answer came: the service is away, or the way to it. What failed exactly is the `cause`. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";

  constructor(cause: unknown) {
    super("the service cannot be reached", { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isProblem = (said: unknown): said is Problem =>
  typeof said === "object" &&
  said !== null &&
  "code" in said &&
  typeof said.code === "string" &&
  "detail" in said &&
  typeof said.detail === "string";

/** Whole seconds; the service writes no dates there. */
const seconds = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
