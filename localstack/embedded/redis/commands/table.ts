/** Every command by its name in upper case. */
import { COUNTERS } from "./counters.ts";
import { EXPIRY } from "./expiry.ts";
import { HASHES } from "./hashes.ts";
import { KEYS } from "./keys.ts";
import { LISTS } from "./lists.ts";
import { SERVER } from "./server.ts";
import { SETS } from "./sets.ts";
import { SORTED_SETS } from "./sorted-sets.ts";
import type { CommandSpec } from "./spec.ts";
import { STRINGS } from "./strings.ts";

export const COMMANDS: ReadonlyMap<string, CommandSpec> = new Map(
  [STRINGS, COUNTERS, KEYS, EXPIRY, HASHES, SETS, SORTED_SETS, LISTS, SERVER].flatMap((specs) =>
    Object.entries(specs),
  ),
);
