/** All streams of one folder: made, found, removed, and there again after a restart. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KinesisFailure } from "./failure.ts";
import {
  ACCOUNT,
  openStream,
  type ShardOptions,
  type Stream,
  type StreamFacts,
  type StreamMode,
} from "./stream.ts";

export type StreamsOptions = ShardOptions &
  Readonly<{ root: string; nowMs: () => number; appended: (stream: string) => void }>;

export type Streams = Readonly<{
  nowMs: () => number;
  /** To be told of a stream's name when something was stored in it. */
  appended: (stream: string) => void;
  /** @throws KinesisFailure ResourceInUseException when there is one of that name */
  create: (name: string, shards: number, mode: StreamMode) => Promise<void>;
  /** @throws KinesisFailure ResourceNotFoundException */
  find: (name: string) => Stream;
  /** With all its records. @throws KinesisFailure ResourceNotFoundException */
  remove: (name: string) => Promise<void>;
  /** Sorted by name. */
  all: () => readonly Stream[];
  close: () => Promise<void>;
}>;

/** So that no name of a stream is "." or "..". */
const SUFFIX = ".stream";
const FACTS = "stream.json";

const closeLogs = ({ shards }: Stream) => Promise.all(shards.map(({ log }) => log.close()));

export async function openStreams(options: StreamsOptions): Promise<Streams> {
  const { root, nowMs, appended } = options;
  const streams = await storedStreams(options);
  /** Names that are being made. */
  const creating = new Set<string>();
  const folderOf = (name: string) => join(root, `${name}${SUFFIX}`);

  const find = (name: string): Stream => {
    const stream = streams.get(name);
    if (stream) return stream;
    throw new KinesisFailure(
      "ResourceNotFoundException",
      `Stream ${name} under account ${ACCOUNT} not found.`,
    );
  };

  return {
    nowMs,
    appended,
    find,
    all: () => [...streams.values()].sort((a, b) => (a.facts.name < b.facts.name ? -1 : 1)),
    async create(name, shards, mode) {
      if (streams.has(name) || creating.has(name))
        throw new KinesisFailure(
          "ResourceInUseException",
          `Stream ${name} under account ${ACCOUNT} already exists.`,
        );
      creating.add(name);
      try {
        const facts = { name, createdMs: nowMs(), shards, mode };
        await storeFacts(folderOf(name), facts);
        streams.set(name, await openStream(folderOf(name), facts, options));
      } finally {
        creating.delete(name);
      }
    },
    async remove(name) {
      const stream = find(name);
      streams.delete(name);
      await closeLogs(stream);
      await rm(folderOf(name), { recursive: true, force: true });
    },
    async close() {
      await Promise.all([...streams.values()].map(closeLogs));
    },
  };
}

/** The facts come last into their place: a folder without them is none. */
async function storeFacts(folder: string, facts: StreamFacts): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${FACTS}.draft`);
  await writeFile(draft, JSON.stringify(facts));
  await rename(draft, join(folder, FACTS));
}

async function storedStreams(options: StreamsOptions): Promise<Map<string, Stream>> {
  const { root } = options;
  await mkdir(root, { recursive: true });
  const streams = new Map<string, Stream>();
  for (const entry of await readdir(root)) {
    if (!entry.endsWith(SUFFIX)) continue;
    const folder = join(root, entry);
    const text = await readFile(join(folder, FACTS), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const facts = JSON.parse(text) as StreamFacts;
    streams.set(facts.name, await openStream(folder, facts, options));
  }
  return streams;
}
