/** What an answer rests on, in plain words, where its figures stand. */
import type { Warning } from "../../api/schema.ts";

/** A day, a ticker, or whatever else tells where. */
const example = (one: unknown): string =>
  typeof one === "object" && one !== null ? Object.values(one).join(" ") : String(one);

export function Warnings({ warnings }: Readonly<{ warnings: readonly Warning[] }>) {
  if (warnings.length === 0) return null;
  return (
    <ul className="warnings" aria-label="What these figures rest on">
      {warnings.map(({ code, message, count, examples }) => (
        <li key={code}>
          {message}
          {count > 1 && <span className="dim"> ({count} times)</span>}
          {examples.length > 0 && (
            <details>
              <summary>where</summary>
              {examples.map(example).join(", ")}
              {count > examples.length && " and more"}
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
