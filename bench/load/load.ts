/** Every GET route under load, with and without caches, and what an empty function takes in the same runner. */
import { median } from "../harness.ts";
import { drive, type Measured } from "./driver.ts";
import { type Target, targets } from "./routes.ts";
import { type Service, startEmpty, startService } from "./service.ts";

/**
 * "computed": the client forbids caches, so that the manifests are looked up and the answer is made each time. "304": the
 * client has the answer; only for routes that give an ETag.
 */
export type State = "computed" | "cached" | "304";

export type Row = Readonly<{
  route: string;
  state: State;
  connections: number;
  measured: Measured;
}>;

export type Compared = Readonly<{
  /** p99, ms, one for each round. */
  cachedMs: readonly number[];
  emptyMs: readonly number[];
  /** Of each round, cached by empty; the figure is their median. */
  ratio: number;
}>;

export type LoadResult = Readonly<{ rows: readonly Row[]; compared: Compared | undefined }>;

export type LoadOptions = Readonly<{
  /** Of each measurement. */
  seconds: number;
  connections: readonly number[];
  /** Only routes whose name contains it. */
  filter?: string;
  /** Rounds of the comparison with the empty function; 0 leaves it out. */
  rounds: number;
  log: (line: string) => void;
}>;

export const RATIO_MAX = 2;
const COMPARED_PATH = "/index-composition?date=2024-12-31";
const COMPARED_CONNECTIONS = 16;
const WARMUPS = 20;

const FORBID = { "cache-control": "no-cache" };

/** @throws Error when any answer was neither 2xx nor 304 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const service = await startService();
  try {
    const compared = options.rounds > 0 ? await comparison(service, options) : undefined;
    const chosen = (await targets(service)).filter(({ route }) =>
      route.includes(options.filter ?? ""),
    );
    const rows: Row[] = [];
    for (const target of chosen) rows.push(...(await measured(service, target, options)));
    return { rows, compared };
  } finally {
    await service.stop();
  }
}

async function measured(
  { url }: Service,
  { route, path }: Target,
  { seconds, connections, log }: LoadOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { state, headers } of await statesOf(url + path)) {
    const shot = () => ({ path, headers });
    for (const count of connections) {
      const driven = await drive({ url, shot, connections: count, seconds, warmups: WARMUPS });
      rows.push({ route, state, connections: count, measured: demandRight(driven) });
    }
  }
  log(`${route} measured`);
  return rows;
}

type Asked = Readonly<{ state: State; headers: Readonly<Record<string, string>> }>;

async function statesOf(address: string): Promise<Asked[]> {
  const answer = await fetch(address);
  await answer.arrayBuffer();
  const etag = answer.headers.get("etag");
  const states: Asked[] = [
    { state: "computed", headers: FORBID },
    { state: "cached", headers: {} },
  ];
  return etag === null ? states : [...states, { state: "304", headers: { "if-none-match": etag } }];
}

/** Rounds in turns, so that a change of the machine's load meets both. */
async function comparison(service: Service, { seconds, rounds }: LoadOptions): Promise<Compared> {
  const empty = await startEmpty();
  try {
    const p99 = async (url: string, path: string) => {
      const shot = () => ({ path });
      const connections = COMPARED_CONNECTIONS;
      return demandRight(await drive({ url, shot, connections, seconds, warmups: WARMUPS })).p99Ms;
    };
    const cachedMs: number[] = [];
    const emptyMs: number[] = [];
    // The first round compiles both and is not counted.
    for (let round = -1; round < rounds; round++) {
      const pair = [
        async () => cachedMs.push(await p99(service.url, COMPARED_PATH)),
        async () => emptyMs.push(await p99(empty.url, "/empty")),
      ];
      for (const one of round % 2 === 0 ? pair : pair.reverse()) await one();
    }
    const [cached, bare] = [cachedMs.slice(1), emptyMs.slice(1)];
    const ratio = median(cached.map((ms, round) => ms / bare[round]!));
    return { cachedMs: cached, emptyMs: bare, ratio };
  } finally {
    await empty.stop();
  }
}

function demandRight(measured: Measured): Measured {
  if (measured.requests === 0) throw new Error("no request was answered");
  if (measured.failures.size === 0) return measured;
  const told = [...measured.failures].map(([what, count]) => `${count} x ${what}`).join("; ");
  throw new Error(`of ${measured.requests} requests failed: ${told}`);
}
