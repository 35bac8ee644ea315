/** How the service is: what it says of itself also when it refuses everything else. */
import { type Answer, ServerError } from "../../api/client.ts";
import { type Loaded, useAnswer } from "./use-answer.ts";

export type HealthAnswer = Answer<"GET /api/v1/health">;

export function useHealth(): Loaded<HealthAnswer> {
  const loaded = useAnswer("GET /api/v1/health", {});
  const said = saidBy(loaded.error);
  return said === undefined ? loaded : { ...loaded, answer: said, error: undefined };
}

/** A service that is down says with a 503 what is wrong. */
const saidBy = (error: unknown): HealthAnswer | undefined =>
  error instanceof ServerError && typeof error.said === "object" && "parts" in (error.said ?? {})
    ? (error.said as HealthAnswer)
    : undefined;
