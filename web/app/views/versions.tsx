/** Versions of the datasets, and the way back to one of them where there is one. */
import { useState } from "react";
import { type Answer, ask } from "../../api/client.ts";
import { forgetAnswers } from "../data/answers.ts";
import { useAct } from "../data/use-act.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Elapsed } from "../parts/elapsed.tsx";
import { Answered, Failure } from "../parts/state.tsx";

type Version = Answer<"GET /api/v1/datasets/{name}/versions">["versions"][number];

const NAMES = ["market", "index", "bars", "orders", "risk"] as const;
/** Folded from what a log has left: what was taken back would come again. */
const FOLLOWING: readonly string[] = ["bars", "orders"];

export function Versions() {
  const [name, setName] = useState<string>(NAMES[0]);
  const loaded = useAnswer("GET /api/v1/datasets/{name}/versions", { path: { name } });
  return (
    <section className="block">
      <div className="bar-of-choices">
        <h2>Versions</h2>
        <fieldset className="ranges" aria-label="Dataset">
          {NAMES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === name}
              onClick={() => setName(one)}
            >
              {one}
            </button>
          ))}
        </fieldset>
      </div>
      <Answered loaded={loaded} minHeight={100}>
        {({ versions }) =>
          versions.length === 0 ? (
            <p className="dim">None yet.</p>
          ) : (
            <ul className="facts versions">
              {versions.map((version, at) => (
                <li key={version.seq}>
                  <span>{version.seq}</span>
                  <span>{version.note}</span>
                  <span className="dim">
                    {version.written_at.slice(0, 16).replace("T", " ")} UTC by {version.writer}
                  </span>
                  {at === 0 && <b>current</b>}
                  {at > 0 && !FOLLOWING.includes(name) && <GoBack name={name} version={version} />}
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </section>
  );
}

type GoBackProps = Readonly<{ name: string; version: Version }>;

/** A step that takes data away is asked for twice. */
function GoBack({ name, version: { seq } }: GoBackProps) {
  const [isAsked, setIsAsked] = useState(false);
  const going = useAct<void>();
  const go = () =>
    going.run(async () => {
      await ask("POST /api/v1/datasets/{name}/rollback", { path: { name }, body: { seq } });
      forgetAnswers();
    });
  if (going.sinceMs !== undefined) return <Elapsed sinceMs={going.sinceMs} doing="Going back" />;
  if (going.error !== undefined) return <Failure error={going.error} retry={going.forget} />;
  return isAsked ? (
    <span className="ranges">
      <button type="button" className="primary" onClick={go}>
        Really go back to {seq}
      </button>
      <button type="button" onClick={() => setIsAsked(false)}>
        No
      </button>
    </span>
  ) : (
    <button type="button" onClick={() => setIsAsked(true)}>
      Go back
    </button>
  );
}
