/** What must hold after a run, whatever befell it. */
import type { Product } from "./builds.ts";
import { answerOf, type Job } from "./jobs.ts";
import { type Model, modelOf } from "./model.ts";
import type { Record } from "./record.ts";

export async function check(
  record: Record,
  jobs: ReadonlyMap<string, Job>,
  product: Product,
): Promise<void> {
  const model = modelOf(record.chain, jobs);
  checkAcknowledged(record, model);
  checkOnce(record);
  checkReads(record, model);
  await checkVersions(record, model, product);
}

/** No acknowledged job is lost. */
function checkAcknowledged({ acknowledged, chain, violate }: Record, model: Model): void {
  const published = new Map(chain.map(({ recent_jobs: recent, seq }) => [recent.at(-1), seq]));
  for (const { job, outcome, seq } of acknowledged) {
    const at = published.get(job.id);
    if (outcome === "committed" && at !== seq) {
      violate("lost", `${job.id} was said to be version ${seq}, is ${at ?? "nowhere"}`);
    }
    if (outcome === "repeated" && at === undefined) {
      violate("lost", `${job.id} was said to be done before, is nowhere`);
    }
    if (outcome === "unchanged" && job.kind === "switch") {
      const position = model.positionAt(seq);
      if (position !== job.position)
        violate("lost", `${job.id} was said to change nothing at ${seq}`);
    }
  }
}

/** No job is applied twice. */
function checkOnce({ chain, violate }: Record): void {
  const seen = new Map<string, number>();
  for (const { recent_jobs: recent, seq } of chain) {
    const id = recent.at(-1) ?? "";
    const before = seen.get(id);
    if (before !== undefined) violate("applied twice", `${id} is version ${before} and ${seq}`);
    seen.set(id, seq);
  }
}

/** Every answer is that of the model at its version, and no reader goes back. */
function checkReads({ reads, violate }: Record, model: Model): void {
  for (const { reader, seq, text, isExcused, minSeq, floorSeq } of reads) {
    const expected = model.answerAt(seq);
    if (text !== expected) {
      violate("wrong answer", `${reader} at ${seq} read ${text}, expected ${expected}`);
    }
    if (isExcused) continue;
    if (seq < floorSeq) violate("backward", `${reader} read ${floorSeq}, then ${seq}`);
    if (seq < minSeq) violate("older than asked", `${reader} asked for ${minSeq}, read ${seq}`);
  }
}

/** Every version that was ever published holds what the model says, whether somebody read it or not. */
async function checkVersions(record: Record, model: Model, product: Product): Promise<void> {
  const sqlite = await product.loadSqlite();
  const opened = new Map<string, ReturnType<typeof sqlite.openImage>>();
  const open = async (entry: { sha256: string } | undefined) => {
    if (entry === undefined) return undefined;
    const known = opened.get(entry.sha256);
    if (known !== undefined) return known.image;
    const packed = record.parts.get(entry.sha256);
    const unpacked = packed && (await product.unpack(packed, entry as never));
    if (unpacked === undefined || "problem" in unpacked) {
      throw new Error(unpacked?.problem ?? "it was never stored");
    }
    const image = sqlite.openImage(unpacked.raw);
    opened.set(entry.sha256, image);
    return image.image;
  };
  for (const { seq, parts } of record.chain) {
    try {
      const answer = answerOf(await open(parts.ledger), await open(parts.switch), product.Ranking);
      const [text, expected] = [JSON.stringify(answer), model.answerAt(seq)];
      if (text !== expected)
        record.violate("wrong version", `${seq} holds ${text}, not ${expected}`);
    } catch (error) {
      record.violate("wrong version", `${seq} cannot be read: ${(error as Error).message}`);
    }
  }
  for (const { close } of opened.values()) close();
}
