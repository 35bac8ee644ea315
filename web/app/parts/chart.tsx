/** A chart whose library comes beside the first figures instead of before them. */
import type { ComponentProps } from "react";
import { Later, type Part } from "./later.tsx";
import type { LineChart } from "./line-chart.tsx";

export type { Line } from "./line-chart.tsx";

type Given = ComponentProps<typeof LineChart>;

const part: Part<Given> = { load: () => import("./line-chart.tsx").then((come) => come.LineChart) };

// Most visits begin with one; a failure is told where it is shown.
part.load().catch(() => undefined);

export const Chart = (given: Given) => (
  <Later part={part} given={given} waiting={<div className="chart chart-room" />} />
);
