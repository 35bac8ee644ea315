/** The schemas of the market's parts: migration scripts in the order they are applied. Append only. */
import bars001 from "../../sql/schema/market/bars/001_bars.sql";
import bars002 from "../../sql/schema/market/bars/002_origin.sql";
import caps001 from "../../sql/schema/market/caps/001_caps.sql";
import reference001 from "../../sql/schema/market/reference/001_reference.sql";
import reference002 from "../../sql/schema/market/reference/002_quality.sql";
import reference003 from "../../sql/schema/market/reference/003_listings.sql";

export const REFERENCE_SCHEMA = [reference001, reference002, reference003] as const;
export const CAPS_SCHEMA = [caps001] as const;
export const BARS_SCHEMA = [bars001, bars002] as const;
