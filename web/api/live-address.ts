/** Where to connect: with a ticket where the service asks for keys, since a browser can show no key there. */
import type { Client } from "./client.ts";
import { ServerError } from "./errors.ts";

/** The service does not know where its WebSocket is, and nobody has told. */
export class NoAddressError extends Error {
  override readonly name = "NoAddressError";

  constructor() {
    super("the service was not told the address of its WebSocket (WEBSOCKET_ENDPOINT)");
  }
}

/**
 * An address for each attempt. With a key every one needs a new ticket; without one nothing is asked but the address,
 * once.
 * @param known "ws://localhost:3001", where the service need not be asked
 * @throws as `ask`, {@link NoAddressError}
 */
export function liveAddress(
  client: Pick<Client, "ask" | "hasKey">,
  known?: string,
): () => Promise<string> {
  let address = known;
  return async () => {
    const hasKey = client.hasKey();
    if (address !== undefined && !hasKey) return address;
    const { ticket, websocket_url } = await client.ask("POST /api/v1/live/tickets");
    address ??= websocket_url ?? undefined;
    if (address === undefined) throw new NoAddressError();
    return hasKey ? `${address}?ticket=${ticket}` : address;
  };
}

/** Whether asking for an address again is in vain. */
export const isFinal = (error: unknown): boolean =>
  error instanceof NoAddressError ||
  (error instanceof ServerError && [401, 403].includes(error.status));
