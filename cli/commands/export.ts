/** equipoise export : POST /export-data, saved to a file or printed as a link. */
import { createWriteStream, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { config } from "../../lib/config.ts";
import { workbook } from "../../lib/edge/excel.ts";
import { AppError } from "../../lib/errors.ts";
import { exportWorkbook } from "../../lib/jobs/export.ts";
import { exportRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";
import { FRESH } from "../answer.ts";
import { badInput } from "../failure.ts";
import { type Command, checked, fields, text, textOf, yes } from "../flags.ts";
import { count, facts, print } from "../table.ts";

const NAMES = ["start-date", "end-date", "index", "sheets"];

export const command: Command = {
  flags: { ...Object.fromEntries(NAMES.map((name) => [name, text])), output: text, json: yes },
  async run(values) {
    const request = checked(exportRequest, fields(values, NAMES));
    const { images, objects, nowMs } = world;
    const linkSeconds = config().EXPORT_LINK_SECONDS;
    const answer = await exportWorkbook(
      { images, objects, workbook, nowMs, linkSeconds },
      request,
      FRESH,
    );
    const output = textOf(values, "output");
    const saved =
      output === undefined ? undefined : await save(answer.url, fileOf(output, answer.filename));
    if (values.json) print(JSON.stringify(answer));
    else {
      print(
        facts([
          saved === undefined ? ["link", answer.url] : ["saved", saved],
          ...(saved === undefined ? [["expires", answer.expires_at] as const] : []),
          ["bytes", count(answer.bytes)],
          ["sheets", answer.sheets.join(", ")],
        ]),
      );
    }
  },
};

/** A directory takes the workbook under its own name. */
const fileOf = (output: string, filename: string) =>
  statSync(output, { throwIfNoEntry: false })?.isDirectory() ? join(output, filename) : output;

async function save(url: string, file: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok || !response.body) {
    throw new AppError("DEPENDENCY_DOWN", `the link to the workbook answered ${response.status}`, {
      url,
    });
  }
  const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  try {
    await pipeline(body, createWriteStream(file));
  } catch (error) {
    throw badInput(`--output "${file}" cannot be written: ${(error as Error).message}`);
  }
  return file;
}
