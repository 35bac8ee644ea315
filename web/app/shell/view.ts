/** What views are told. */
import type { Choice } from "./place.ts";
import type { Theme } from "./theme.ts";

export type IndexInfo = Readonly<{
  id: string;
  /** The days it is built for. */
  first: string;
  last: string;
  parameters: Readonly<Record<string, unknown>>;
}>;

/** What there is without an index too. */
export type OpenProps = Readonly<{
  index: IndexInfo | undefined;
  choice: Choice;
  theme: Theme;
}>;

export type ViewProps = OpenProps & Readonly<{ index: IndexInfo }>;
