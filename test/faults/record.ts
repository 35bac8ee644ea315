/** What truly happened in a run, seen where the store answers: the chain of each dataset, a trace of everything, and the rules that were broken. */
import { createHash } from "node:crypto";
import type { S3Response } from "../../localstack/embedded/s3/message.ts";
import { type Chain, chainOf } from "./chain.ts";
import type { Clock } from "./clock.ts";
import type { S3Fault } from "./faults.ts";
import type { S3Call } from "./s3-transport.ts";

export type Violation = Readonly<{ rule: string; detail: string }>;

export type Record = Readonly<{
  of: (dataset: string) => Chain;
  chains: () => readonly Chain[];
  violations: readonly Violation[];
  violate: (rule: string, detail: string) => void;
  served: (call: S3Call, response: S3Response, fault: S3Fault | undefined) => void;
  earlier: (key: string) => S3Response | undefined;
  trace: (line: string) => void;
  /** Of everything that was traced. */
  traceHash: () => string;
}>;

/** A few of the same kind say as much as all. */
const VIOLATIONS_MAX = 20;

/** "images/market/manifest.json" -> "market"; objects of no dataset have none. */
const datasetOf = (key: string): string | undefined => /^images\/([^/]+)\//.exec(key)?.[1];

export function newRecord(
  clock: Clock,
  keepManifests: number,
  listen: (line: string) => void = () => {},
): Record {
  const chains = new Map<string, Chain>();
  const violations: Violation[] = [];
  const hash = createHash("sha256");

  const trace = (line: string): void => {
    const text = `${clock.nowMs().toFixed(3)} ${line}\n`;
    hash.update(text);
    listen(text);
  };

  const violate = (rule: string, detail: string): void => {
    trace(`VIOLATION ${rule}: ${detail}`);
    if (violations.length < VIOLATIONS_MAX) violations.push({ rule, detail });
  };

  const of = (dataset: string): Chain => {
    const chain = chains.get(dataset) ?? chainOf(dataset, keepManifests, violate);
    chains.set(dataset, chain);
    return chain;
  };

  return {
    of,
    chains: () => [...chains.values()],
    violations,
    violate,
    served(call, response, fault) {
      const { method, key, process, kind } = call;
      trace(`${process.name} ${method} ${key} ${response.status} ${fault ?? ""}`);
      const dataset = datasetOf(key);
      if (dataset === undefined) return;
      if (method === "PUT" && response.status === 200) of(dataset).put(call, response);
      if (method === "DELETE" && response.status === 204 && kind === "part") {
        of(dataset).removed(key);
      }
    },
    earlier(key) {
      const dataset = key.endsWith("/manifest.json") ? datasetOf(key) : undefined;
      return dataset === undefined ? undefined : of(dataset).earlier();
    },
    trace,
    traceHash: () => hash.copy().digest("hex"),
  };
}
