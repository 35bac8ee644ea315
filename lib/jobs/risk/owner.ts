/** Whose portfolios somebody may see: their own; with the scope "admin" those of everybody whom they name. */
import type { Caller } from "../../access/caller.ts";
import { AppError } from "../../errors.ts";

/** Everybody, where no keys are asked for. */
export const OPEN = "open";

const ownOf = ({ keyId }: Caller): string => keyId ?? OPEN;
const isAdmin = ({ scopes }: Caller): boolean => scopes.includes("admin");

/** Another's portfolio is answered as one that nobody has. */
export const unknownPortfolio = (id: string): AppError =>
  new AppError("UNKNOWN_PORTFOLIO", `there is no portfolio "${id}"`, { portfolio: id });

/**
 * @param named whom the request names; the caller when omitted
 * @throws AppError UNKNOWN_PORTFOLIO when that is somebody else's and the caller is no admin
 */
export function ownerOf(caller: Caller, id: string, named: string | undefined): string {
  const own = ownOf(caller);
  if (named === undefined || named === own || isAdmin(caller)) return named ?? own;
  throw unknownPortfolio(id);
}

/** Whose portfolios a list shows; `undefined` for everybody's. */
export function ownersListed(caller: Caller, named: string | undefined): string | undefined {
  return isAdmin(caller) ? named : ownOf(caller);
}

export { ownOf };
