/** What must hold after a run, whatever befell it. */
import type { Product } from "./builds.ts";
import type { Chain, Violate } from "./chain.ts";
import { answerOf, DATASET, type Job } from "./jobs.ts";
import { type Model, modelOf } from "./model.ts";
import type { Record } from "./record.ts";
import type { Told } from "./told.ts";

export async function check(
  { of, violate }: Record,
  told: Told,
  jobs: ReadonlyMap<string, Job>,
  product: Product,
): Promise<void> {
  const chain = of(DATASET);
  const model = modelOf(chain.manifests, jobs);
  checkAcknowledged(told, chain, model, violate);
  checkOnce(chain, violate);
  checkReads(told, model, violate);
  await checkVersions(chain, model, product, violate);
}

/** No acknowledged job is lost. */
function checkAcknowledged(
  { acknowledged }: Told,
  { manifests }: Chain,
  model: Model,
  violate: Violate,
): void {
  const published = new Map(manifests.map(({ recent_jobs: recent, seq }) => [recent.at(-1), seq]));
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
export function checkOnce({ manifests }: Chain, violate: Violate): void {
  const seen = new Map<string, number>();
  for (const { recent_jobs: recent, seq } of manifests) {
    const id = recent.at(-1) ?? "";
    const before = seen.get(id);
    if (before !== undefined) violate("applied twice", `${id} is version ${before} and ${seq}`);
    seen.set(id, seq);
  }
}

/** Every answer is that of the model at its version, and no reader goes back. */
function checkReads({ reads }: Told, model: Model, violate: Violate): void {
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
async function checkVersions(
  chain: Chain,
  model: Model,
  product: Product,
  violate: Violate,
): Promise<void> {
  const sqlite = await product.loadSqlite();
  const opened = new Map<string, ReturnType<typeof sqlite.openImage>>();
  const open = async (entry: { sha256: string } | undefined) => {
    if (entry === undefined) return undefined;
    const known = opened.get(entry.sha256);
    if (known !== undefined) return known.image;
    const packed = chain.parts.get(entry.sha256);
    const unpacked = packed && (await product.unpack(packed, entry as never));
    if (unpacked === undefined || "problem" in unpacked) {
      throw new Error(unpacked?.problem ?? "it was never stored");
    }
    const image = sqlite.openImage(unpacked.raw);
    opened.set(entry.sha256, image);
    return image.image;
  };
  for (const { seq, parts } of chain.manifests) {
    try {
      const answer = answerOf(await open(parts.ledger), await open(parts.switch), product.Ranking);
      const [text, expected] = [JSON.stringify(answer), model.answerAt(seq)];
      if (text !== expected) violate("wrong version", `${seq} holds ${text}, not ${expected}`);
    } catch (error) {
      violate("wrong version", `${seq} cannot be read: ${(error as Error).message}`);
    }
  }
  for (const { close } of opened.values()) close();
}
