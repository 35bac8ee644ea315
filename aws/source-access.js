/** What the scheduled ingestion may read, by the same SOURCE_ variables that tell it what to read: read by roles.yml. */

const SETTINGS = [
  "SOURCE_PATH",
  "SOURCE_SECURITIES",
  "SOURCE_ACTIONS",
  "SOURCE_SYMBOL_CHANGES",
  "SOURCE_CAPTURES",
];
const NAME = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?(.*)$/;
const PATTERN = /[*?[\]{}]/;

const arn = (resource) => ({
  "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, `:s3:::${resource}`]],
});
const allow = (action, resources) => ({ Effect: "Allow", Action: action, Resource: resources });

/** The keys a name may mean: those below its fixed part, or one object and what lies below a folder of its name. */
function keys(path) {
  if (PATTERN.test(path)) return [`${path.split(PATTERN)[0]}*`];
  return path === "" || path.endsWith("/") ? [`${path}*`] : [path, `${path}/*`];
}

/**
 * The folder source/ of the stack's own bucket, whose listing is allowed elsewhere, and what the variables name.
 *
 * @returns statements of an IAM policy, never none
 */
export function statementsFor(environment) {
  const names = SETTINGS.flatMap((name) => (environment[name] ?? "").split(","))
    .map((name) => NAME.exec(name.trim()))
    .filter((match) => match !== null)
    .map(([, bucket, path]) => ({ bucket, path }));
  const own = allow("s3:GetObject", [
    { "Fn::Join": ["", [{ "Fn::GetAtt": ["DataBucket", "Arn"] }, "/source/*"]] },
  ]);
  if (names.length === 0) return [own];
  const objects = names.flatMap(({ bucket, path }) => keys(path).map((key) => `${bucket}/${key}`));
  const buckets = names.map(({ bucket }) => bucket);
  return [
    own,
    allow("s3:GetObject", [...new Set(objects)].map(arn)),
    allow("s3:ListBucket", [...new Set(buckets)].map(arn)),
  ];
}

export const statements = () => statementsFor(process.env);
