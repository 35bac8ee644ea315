/** What an answer rests on, in plain words, where its figures stand. */

type Warning = Readonly<{
  code: string;
  message: string;
  count: number;
  examples: readonly Readonly<Record<string, unknown>>[];
}>;

const example = (one: Readonly<Record<string, unknown>>): string => Object.values(one).join(" ");

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
