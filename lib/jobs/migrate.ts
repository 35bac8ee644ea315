/** Brings the parts of a market that an older build wrote to the schema of this one, in one commit. */
import { REFERENCE } from "../market/parts.ts";
import { BARS_SCHEMA, CAPS_SCHEMA, REFERENCE_SCHEMA } from "../market/schema.ts";
import type { Images, Snapshot } from "../ports.ts";

const schemaOf = (part: string): readonly string[] =>
  part === REFERENCE ? REFERENCE_SCHEMA : part.startsWith("caps/") ? CAPS_SCHEMA : BARS_SCHEMA;

/** @returns the parts that were rewritten; none when all are of this build */
export async function migrate(images: Images): Promise<string[]> {
  const snapshot = await images.snapshot("market", { revalidate: true });
  let names: string[];
  try {
    names = await outdated(snapshot);
  } finally {
    snapshot.release();
  }
  if (names.length === 0) return [];
  const id = `migrate:${snapshot.version(names)}`;
  await images.commit(
    "market",
    { id, note: "bring parts to the present schema" },
    async (draft) => {
      for (const part of names) {
        const entry = draft.parts()[part];
        if (!entry) continue;
        const { rows, from, to } = entry;
        await draft.edit(
          part,
          schemaOf(part),
          () => {},
          () => ({ rows, from, to }),
        );
      }
    },
  );
  return names;
}

async function outdated(snapshot: Snapshot): Promise<string[]> {
  const names: string[] = [];
  for (const part of Object.keys(snapshot.manifest.parts).sort()) {
    const { query } = await snapshot.open(part);
    const [row] = query<{ user_version: number }>("pragma user_version");
    if (row!.user_version < schemaOf(part).length) names.push(part);
  }
  return names;
}
