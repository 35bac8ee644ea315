/** The price some minutes ahead, how far off it may be, and what the forecast is worth. */
import { useEffect } from "react";
import { type Answer, ServerError } from "../../../api/client.ts";
import { change, number, percent, tone } from "../../data/format.ts";
import { useAnswer } from "../../data/use-answer.ts";
import { Fact } from "../fact.tsx";
import { Failure } from "../state.tsx";
import { minuteOf, timeOf } from "./new-york.ts";
import { priceText } from "./price-text.ts";

type Prediction = Answer<"GET /api/v1/predictions/{symbol}">;

const HORIZON = "5min";
/** A forecast rests on closed minutes. */
const AGAIN_MS = 60_000;

export function PredictionPanel({ symbol }: Readonly<{ symbol: string }>) {
  const loaded = useAnswer("GET /api/v1/predictions/{symbol}", {
    path: { symbol },
    query: { horizon: HORIZON },
  });
  const { answer, error, reload } = loaded;
  const isThere = answer !== undefined;
  useEffect(() => {
    if (!isThere) return;
    const timer = setInterval(reload, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isThere, reload]);
  return (
    <section aria-label="Prediction" className="prediction">
      <h2>
        {symbol} in {HORIZON.replace("min", " minutes")}
      </h2>
      {error !== undefined ? (
        <Missing error={error} retry={reload} />
      ) : answer?.symbol === symbol ? (
        <Shown answer={answer} />
      ) : (
        <p className="dim">Loading …</p>
      )}
    </section>
  );
}

/** Without a model there is nothing to repair: it is said in words. */
function Missing({ error, retry }: Readonly<{ error: unknown; retry: () => void }>) {
  if (!(error instanceof ServerError) || error.status !== 404)
    return <Failure error={error} retry={retry} />;
  return (
    <p className="dim">
      No prediction: {error.detail}{" "}
      <button type="button" className="quiet" onClick={retry}>
        ask again
      </button>
    </p>
  );
}

function Shown({ answer }: Readonly<{ answer: Prediction }>) {
  const { price, change_fraction, interval, verdict, skill, as_of, meta } = answer;
  const hasSkill = verdict === "skill";
  return (
    <>
      <p className="prediction-price">
        <b>{priceText(price)}</b>{" "}
        <span className={tone(change_fraction)}>{change(change_fraction)}</span>{" "}
        <span className={`badge ${hasSkill ? "gain" : "warn"}`}>{verdict}</span>
      </p>
      {!hasSkill && (
        <p className="dim note">
          The model was no better than the last price, so the last price is what is told.
        </p>
      )}
      <ul className="facts">
        <Fact
          name="interval"
          value={
            interval === null
              ? "not known"
              : `${priceText(interval.low)} – ${priceText(interval.high)}`
          }
          more={interval === null ? "too few were tested" : `holds ${percent(interval.level, 0)}`}
        />
        <Fact
          name="skill"
          value={number(skill.value, 3)}
          more={`1 is perfect, 0 is the last price · ${number(skill.tested, 0)} tested`}
        />
        <Fact
          name="by luck"
          value={number(skill.p_value, 3)}
          more={`p of Diebold and Mariano; counts below ${number(meta.significance, 2)}`}
        />
        <Fact
          name="direction"
          value={percent(skill.directional_accuracy, 1)}
          more="of moves right"
        />
        <Fact
          name="model"
          value={answer.model.replace("-", " ")}
          more={`trained ${timeOf(Date.parse(answer.trained_at))}, asked at ${minuteOf(Date.parse(as_of))}`}
        />
      </ul>
    </>
  );
}
