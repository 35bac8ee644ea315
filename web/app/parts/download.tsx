/** The answer one sees, as a file. With a key a plain link would be refused, so it is fetched and saved. */
import { useState } from "react";
import { download } from "../../api/client.ts";
import { Failure } from "./state.tsx";

type Props = Readonly<{ path: string; query: Readonly<Record<string, string>>; name: string }>;

export function Download({ path, query, name }: Props) {
  const [error, setError] = useState<unknown>();
  const save = async (format: "csv" | "json") => {
    setError(undefined);
    try {
      const text = await download(path, { ...query, ...(format === "csv" && { format }) });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(
        new Blob([text], { type: format === "csv" ? "text/csv" : "application/json" }),
      );
      link.download = `${name}.${format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <span className="downloads">
      <button type="button" onClick={() => save("csv")}>
        CSV
      </button>
      <button type="button" onClick={() => save("json")}>
        JSON
      </button>
      {error !== undefined && <Failure error={error} retry={() => setError(undefined)} />}
    </span>
  );
}
