/** equipoise verify : checks every stored part, that each index is what its market gives, and each book what its orders make. */
import { type Check, verify } from "../../lib/jobs/verify.ts";
import { world } from "../../lib/world.ts";
import { type Command, yes } from "../flags.ts";
import { print } from "../table.ts";

export const command: Command = {
  flags: { json: yes },
  async run(values) {
    const { objects, packing } = world;
    const found = await verify(world.images, { objects, packing }, world.newId());
    const { ok, parts, indices, desks } = found;
    if (values.json) print(JSON.stringify(found));
    else {
      const good = (checks: readonly Check[]) => checks.filter((check) => check.ok).length;
      const wrong = [...parts, ...indices, ...desks].filter((check) => !check.ok);
      print(
        [
          ...wrong.map(({ name, problem }) => `WRONG  ${name}: ${problem}`),
          ...indices.flatMap((check) =>
            check.outdated ? [`OLD    ${check.name}: ${check.outdated}`] : [],
          ),
          `${good(parts)} of ${parts.length} parts are whole`,
          `${good(indices)} of ${indices.length} indices are what their market gives`,
          `${good(desks)} of ${desks.length} shards of orders are what their records make`,
        ].join("\n"),
      );
    }
    return ok ? 0 : 1;
  },
};
