/**
 * Files that lie in a bucket, named `s3://bucket/key`: one object, everything below a prefix, or a pattern. They are
 * read a range at a time, so memory does not grow with them.
 */
import { basename, dirname, posix } from "node:path";
import type { ObjectFiles, ObjectInfo } from "../ports.ts";
import { compareText } from "../text.ts";
import { badFile } from "./bytes.ts";
import type { InputFile } from "./input-file.ts";

const SCHEME = "s3://";
/** As S3 allows them. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PATTERN = /[*?[\]{}]/;
/** What a prefix is taken to hold besides markers and notes. */
const DATA = /\.(csv|json)(\.gz)?$/i;
const SHOWN_KEYS = 5;
const EXPECTED =
  "s3://bucket/key of one object, s3://bucket/prefix/ of several or a pattern such as s3://bucket/prefix/*.csv.gz";

export const isObjectName = (name: string): boolean => name.startsWith(SCHEME);

/**
 * The objects a name means, in key order.
 *
 * @throws AppError BAD_FILE for a name without a bucket, one that nothing matches, a prefix without data, no access
 */
export async function objectsNamed(name: string, objects: ObjectFiles): Promise<InputFile[]> {
  const { bucket, path } = parts(name);
  const listed = (await objects.list(bucket, path.split(PATTERN)[0]!)).filter(
    ({ key }) => !key.endsWith("/"),
  );
  return meant(name, path, listed)
    .sort((a, b) => compareText(a.key, b.key))
    .map((object) => objectFile(bucket, object, objects));
}

function parts(name: string): Readonly<{ bucket: string; path: string }> {
  const [bucket = "", ...path] = name.slice(SCHEME.length).split("/");
  if (!BUCKET.test(bucket)) {
    const wrong =
      bucket === "" ? "names no bucket" : `names "${bucket}", which no bucket is called`;
    throw badFile(name, wrong, EXPECTED);
  }
  return { bucket, path: path.join("/") };
}

function meant(name: string, path: string, listed: readonly ObjectInfo[]): ObjectInfo[] {
  const exact = listed.filter(({ key }) => key === path);
  if (exact.length > 0) return exact;
  if (PATTERN.test(path)) {
    const matching = listed.filter(({ key }) => posix.matchesGlob(key, path));
    if (matching.length > 0) return matching;
    throw badFile(name, `matches no object${shown(listed)}`, EXPECTED);
  }
  const folder = path === "" || path.endsWith("/") ? path : `${path}/`;
  const below = listed.filter(({ key }) => key.startsWith(folder));
  if (below.length === 0) {
    throw badFile(name, `is no object, and none lies below it${shown(listed)}`, EXPECTED);
  }
  const data = below.filter(({ key }) => DATA.test(key));
  if (data.length > 0) return data;
  throw badFile(
    name,
    `holds no .csv or .json object, packed or not${shown(below)}`,
    "daily rows below the prefix, or a pattern that names them",
  );
}

/** What stands there instead, for a name that is nearly right. */
function shown(listed: readonly ObjectInfo[]): string {
  if (listed.length === 0) return "";
  const keys = listed.slice(0, SHOWN_KEYS).map(({ key }) => `"${key}"`);
  return ` (there is ${keys.join(", ")}${listed.length > SHOWN_KEYS ? ", ..." : ""})`;
}

function objectFile(bucket: string, object: ObjectInfo, objects: ObjectFiles): InputFile {
  const { key, bytes, etag } = object;
  const name = `${SCHEME}${bucket}/${key}`;
  return {
    name,
    bytes,
    print: `${name}\n${bytes}\n${etag}\n`,
    folder: basename(dirname(key)),
    chunks: () => objects.chunks(bucket, object),
    async near(other, level) {
      const folders = key.split("/").slice(0, -1);
      if (level > folders.length) return undefined;
      const wanted = [...folders.slice(0, folders.length - level), other].join("/");
      const found = (await objects.list(bucket, wanted)).find((info) => info.key === wanted);
      return found && objectFile(bucket, found, objects);
    },
  };
}
