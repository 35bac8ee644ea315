/** What is kept of a live connection while it lasts. The JSON of a record is snake_case with an ISO instant. */
import { isKeyIdOrNull } from "./caller.ts";
import { areScopes, type Scope } from "./scope.ts";
import { instant, members } from "./stored.ts";

export type Connection = Readonly<{
  /** The gateway's name for it. */
  id: string;
  /** null = nobody's: the service asks for no keys. */
  keyId: string | null;
  scopes: readonly Scope[];
  connectedMs: number;
}>;

/** API Gateway ends every connection after two hours. What is kept of one goes then, also when nobody tells its end. */
export const CONNECTION_LIFE_MS = 2 * 3_600_000;

export const connectionText = ({ keyId, scopes, connectedMs }: Connection): string =>
  JSON.stringify({ key_id: keyId, scopes, connected_at: new Date(connectedMs).toISOString() });

/** A connection as it was stored under its id; `undefined` for anything that is not whole. */
export function connectionOf(id: string, text: string): Connection | undefined {
  const { key_id: keyId, scopes, connected_at } = members(text) ?? {};
  const connectedMs = instant(connected_at);
  const isWhole = isKeyIdOrNull(keyId) && areScopes(scopes) && Number.isFinite(connectedMs);
  return isWhole ? { id, keyId, scopes, connectedMs } : undefined;
}
