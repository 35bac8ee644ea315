/** The sentences with which Alpha Vantage says no, as a member of JSON in the place of the data. */
import type { Notice } from "../vendor/notices.ts";

const MEMBERS = ["Error Message", "Information", "Note"];
/** Of the five a minute, or the one a second, the next is free then. */
const THROTTLED_SECONDS = 15;
const DAY_SECONDS = 86_400;

type Kind = Omit<Notice, "said">;

/**
 * Told by their words, which the documentation does not list. Sentences about a limit advertise plans that lift others,
 * so the shorter limit is looked for first.
 */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/api ?key is (invalid|missing)|demo purposes/i, { status: 401 }],
  // It goes on with the name of the function, such as TIME_SERIES_DAILY.
  [/^invalid api call/i, { status: 404 }],
  [/is a premium (endpoint|feature)/i, { status: 403 }],
  [
    /per (minute|second)|spreading out|burst/i,
    { status: 429, retryAfterSeconds: THROTTLED_SECONDS },
  ],
  [/per day|daily/i, { status: 429, retryAfterSeconds: DAY_SECONDS }],
];

/** What a body says in the place of data; `undefined` for data. */
export function noticeIn(text: string): Notice | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  const said = saidIn(text);
  if (said === undefined) return undefined;
  const kind = KINDS.find(([words]) => words.test(said));
  return { ...(kind?.[1] ?? { status: 400 }), said };
}

function saidIn(text: string): string | undefined {
  try {
    const members = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const said = MEMBERS.map((name) => members[name]).find((value) => typeof value === "string");
    return said as string | undefined;
  } catch {
    // Broken JSON is for whoever reads it to refuse.
    return undefined;
  }
}
