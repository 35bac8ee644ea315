/** The answer one sees, as a file. With a key a plain link would be refused, so it is fetched and saved. */
import { useAct } from "../data/use-act.ts";
import { Failure } from "./state.tsx";

type Format = "csv" | "json";
type Props = Readonly<{
  /** The text of the answer. */
  load: (format: Format) => Promise<string>;
  /** Of the file, without its extension. */
  name: string;
}>;

const TYPES: Readonly<Record<Format, string>> = { csv: "text/csv", json: "application/json" };
/** Browsers take their time to begin. */
const KEPT_MS = 10_000;

function save(text: string, name: string, format: Format): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: TYPES[format] }));
  link.download = `${name}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

export function Download({ load, name }: Props) {
  const saving = useAct<void>();
  const get = (format: Format) => saving.run(async () => save(await load(format), name, format));
  return (
    <span className="downloads">
      <button type="button" disabled={saving.isRunning} onClick={() => get("csv")}>
        CSV
      </button>
      <button type="button" disabled={saving.isRunning} onClick={() => get("json")}>
        JSON
      </button>
      {saving.error !== undefined && <Failure error={saving.error} retry={saving.forget} />}
    </span>
  );
}
