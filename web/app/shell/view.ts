/** What every view is told. */
import type { Choice } from "./place.ts";
import type { Theme } from "./theme.ts";

export type IndexInfo = Readonly<{
  id: string;
  /** The days it is built for. */
  first: string;
  last: string;
  parameters: Readonly<Record<string, unknown>>;
}>;

export type ViewProps = Readonly<{ index: IndexInfo; choice: Choice; theme: Theme }>;
