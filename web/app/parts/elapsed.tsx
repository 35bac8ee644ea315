/** How long something has been under way, and how far it is where that is known. */
import { useEffect, useState } from "react";
import { number } from "../data/format.ts";
import type { Progress } from "../data/use-act.ts";

type Props = Readonly<{ sinceMs: number; doing: string; progress?: Progress | undefined }>;

export function Elapsed({ sinceMs, doing, progress }: Props) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="elapsed" role="status">
      <progress aria-label={doing} value={progress?.steps} max={progress?.of} /> {doing}:{" "}
      {number((nowMs - sinceMs) / 1000, 1)} s
      {progress && ` · step ${progress.steps + 1} of ${progress.of}${progress.standing}`}
    </p>
  );
}
