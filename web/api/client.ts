/** Asks the service, typed by its API document: `await ask("GET /index-composition", { query: { date } })`. */
import { NetworkError, ServerError } from "./errors.ts";
import type { Routes } from "./schema.ts";

export { NetworkError, ServerError } from "./errors.ts";

export type Route = keyof Routes;
export type Answer<R extends Route> = Routes[R]["answer"];

/** What a call takes: its path, query and body, where it has them, and how to ask. */
export type Sent<R extends Route> = Omit<Routes[R], "answer"> &
  Readonly<{
    /** Ends the call; it then throws the signal's reason, an `AbortError` unless another was given. */
    signal?: AbortSignal | undefined;
    /** Whether the service looks at its store before it answers, instead of believing what it saw a moment ago. */
    isFresh?: boolean | undefined;
  }>;

/** The argument may be left out where nothing in it is needed. */
type Arguments<R extends Route> =
  Partial<Sent<R>> extends Sent<R> ? [sent?: Sent<R>] : [sent: Sent<R>];

export type Client = Readonly<{
  /**
   * The answer of a call.
   * @throws ServerError for whatever the service refuses or fails at, with its own words
   * @throws NetworkError when no whole answer came
   */
  ask: <R extends Route>(route: R, ...sent: Arguments<R>) => Promise<Answer<R>>;
  /** The same as text: csv for `query: { format: "csv" }`. @throws as `ask` */
  askText: <R extends Route>(route: R, ...sent: Arguments<R>) => Promise<string>;
  /** Sends this API key with every call from now on; `undefined` sends none. It is kept in memory alone. */
  setKey: (key: string | undefined) => void;
  hasKey: () => boolean;
}>;

/** @param origin "http://127.0.0.1:3000"; empty for that of the page */
export function clientAt(origin: string): Client {
  let key: string | undefined;
  const fetched = async (route: string, sent: Loose = {}): Promise<Read> => {
    const request = requestOf(route, sent, key);
    const read = await answerOf(`${origin}${addressOf(route, sent)}`, request);
    if (!read.response.ok) throw new ServerError(read.response, read.text);
    return read;
  };
  return {
    ask: async (route, ...[sent]) => contentOf(await fetched(route, sent)),
    askText: async (route, ...[sent]) => (await fetched(route, sent)).text,
    setKey: (given) => {
      key = given || undefined;
    },
    hasKey: () => key !== undefined,
  };
}

export const { ask, askText, setKey, hasKey } = clientAt("");

type Value = string | number | boolean | readonly string[] | undefined;
type Loose = Readonly<{
  path?: Readonly<Record<string, Value>>;
  query?: Readonly<Record<string, Value>>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  isFresh?: boolean | undefined;
}>;
type Read = Readonly<{ response: Response; text: string }>;

/** "/indices/top100-ew?format=csv": what is undefined is left out, a list is written with commas. */
export function addressOf(route: string, { path = {}, query = {} }: Loose): string {
  const pattern = route.slice(route.indexOf(" ") + 1);
  const place = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(path[name])),
  );
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) text.append(name, String(value));
  return text.size > 0 ? `${place}?${text}` : place;
}

function requestOf(route: string, sent: Loose, key: string | undefined): RequestInit {
  const { body, signal, isFresh } = sent;
  return {
    method: route.slice(0, route.indexOf(" ")),
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "x-api-key": key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    ...(isFresh && { cache: "no-cache" }),
  };
}

async function answerOf(address: string, request: RequestInit): Promise<Read> {
  try {
    const response = await fetch(address, request);
    return { response, text: await response.text() };
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new NetworkError(error);
  }
}

/** JSON as what it says, other texts as they are, nothing as undefined. */
function contentOf<R extends Route>({ response, text }: Read): Answer<R> {
  const isJson = /^application\/json\b/.test(response.headers.get("content-type") ?? "");
  if (!isJson) return (text === "" ? undefined : text) as Answer<R>;
  try {
    return JSON.parse(text);
  } catch {
    throw new ServerError(response, text);
  }
}
