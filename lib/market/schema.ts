/** The schemas of the market's parts: migration scripts in the order they are applied. Append only. */
import bars001 from "../../sql/schema/market/bars/001_bars.sql";
import caps001 from "../../sql/schema/market/caps/001_caps.sql";
import reference001 from "../../sql/schema/market/reference/001_reference.sql";

export const REFERENCE_SCHEMA = [reference001] as const;
export const CAPS_SCHEMA = [caps001] as const;
export const BARS_SCHEMA = [bars001] as const;
