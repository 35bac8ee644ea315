/** An index as an Excel workbook: made on demand, taken by a link that opens one file for a while. */
import { ask } from "../../api/client.ts";
import { useAct } from "../data/use-act.ts";
import { Elapsed } from "./elapsed.tsx";
import { Failure } from "./state.tsx";

type Props = Readonly<{ index: string; from: string; to: string }>;

export function Workbook({ index, from, to }: Props) {
  const making = useAct<string>();
  const make = () =>
    making.run(async () => {
      const body = { index, start_date: from, end_date: to };
      const { url } = await ask("POST /export-data", { body });
      location.assign(url);
      return url;
    });
  return (
    <span className="workbook">
      <button type="button" disabled={making.isRunning} onClick={make}>
        Workbook
      </button>
      {making.sinceMs !== undefined && <Elapsed sinceMs={making.sinceMs} doing="Writing" />}
      {making.done !== undefined && (
        <a href={making.done} className="dim">
          download again
        </a>
      )}
      {making.error !== undefined && <Failure error={making.error} retry={make} />}
    </span>
  );
}
