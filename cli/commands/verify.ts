/** equipoise verify : checks every stored part, and that each index is what its market gives. */
import { type Check, verify } from "../../lib/jobs/verify.ts";
import { world } from "../../lib/world.ts";
import { type Command, yes } from "../flags.ts";
import { print } from "../table.ts";

export const command: Command = {
  flags: { json: yes },
  async run(values) {
    const { ok, parts, indices } = await verify(world.images, world.newId());
    if (values.json) print(JSON.stringify({ ok, parts, indices }));
    else {
      const good = (checks: readonly Check[]) => checks.filter((check) => check.ok).length;
      const wrong = [...parts, ...indices].filter((check) => !check.ok);
      print(
        [
          ...wrong.map(({ name, problem }) => `WRONG  ${name}: ${problem}`),
          ...indices.flatMap((check) =>
            check.outdated ? [`OLD    ${check.name}: ${check.outdated}`] : [],
          ),
          `${good(parts)} of ${parts.length} parts are whole`,
          `${good(indices)} of ${indices.length} indices are what their market gives`,
        ].join("\n"),
      );
    }
    return ok ? 0 : 1;
  },
};
