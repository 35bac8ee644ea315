/** How long something has been under way: the service tells nothing before it is done. */
import { useEffect, useState } from "react";
import { number } from "../data/format.ts";

export function Elapsed({ sinceMs, doing }: Readonly<{ sinceMs: number; doing: string }>) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="elapsed" role="status">
      <progress aria-label={doing} /> {doing}: {number((nowMs - sinceMs) / 1000, 1)} s
    </p>
  );
}
