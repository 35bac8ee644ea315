/** What the API document says of one route beyond its summary and scope, which lib/schemas/routes.ts has. */
import type * as z from "zod";
import type { ProblemCode } from "../answers/problem.ts";

/** A request that works as it stands on the market of `npm start`, or that is refused as it says. */
export type Example = Readonly<{
  /** What it shows. */
  says: string;
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Readonly<Record<string, unknown>>;
  /** The status of the operation's answer when omitted. */
  status?: number;
  code?: ProblemCode;
}>;

export type Answer = Readonly<{
  status: 200 | 201 | 202 | 204;
  says: string;
  schema?: z.ZodType;
  /** What it may be when it is not JSON. */
  media?: readonly string[];
}>;

export type Operation = Readonly<{
  /** `operationId`. */
  id: string;
  tag: "Index" | "Market" | "Stream" | "Live" | "Orders" | "Risk" | "System";
  /** Markdown. */
  about: string;
  /** What validates the request; without it the route looks at no parameter. */
  request?: z.ZodType;
  /** What its own parameters mean, where their name alone does not say it. */
  parameters?: Readonly<Record<string, string>>;
  /** Headers of the request that mean something to this route alone. */
  headers?: Readonly<
    Record<string, Readonly<{ says: string; schema: Readonly<Record<string, unknown>> }>>
  >;
  /** Parameters of a POST that may stand in the query instead of the body. */
  inQuery?: readonly string[];
  answer: Answer;
  /** Answered from a cache under an ETag, also with 304. */
  isCached?: boolean;
  /** Changes with a build of the service only, and says so by its ETag. */
  isFile?: boolean;
  /** Also answered as a table. */
  hasTable?: boolean;
  /** Answers of other statuses that are no problems. */
  also?: readonly Readonly<{ status: number; says: string; schema: z.ZodType }>[];
  refusals: readonly ProblemCode[];
  /** At least one; the first fills the form of the documentation page. */
  examples: readonly Example[];
}>;
