/** Finds out what listens at an address: the service we want, nothing, or something else. */

export type Probed =
  | Readonly<{ state: "running" }>
  /** Nobody listens there. */
  | Readonly<{ state: "absent" }>
  /** `reason` says what it answered, `isToken` that it is the service but refuses our token. */
  | Readonly<{ state: "foreign"; reason: string; isToken?: boolean }>;

/** A process that builds an index may be busy for a while before it answers. */
const PROBE_MS = 5_000;
const NOBODY: ReadonlySet<string> = new Set(
  "ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH".split(" "),
);
const ALIVE: ReadonlySet<string> = new Set(["running", "available"]);

type Answer = Readonly<{ status: number; text: string }>;

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PROBE_MS) });
  return { status: response.status, text: await response.text() };
}

/** Runs a probe; a connection that fails says who is there too. */
async function probed(probe: () => Promise<Probed>): Promise<Probed> {
  try {
    return await probe();
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string; errors?: unknown[] } };
    // Names with several addresses fail with one error per address.
    const code = cause?.code ?? (cause?.errors?.[0] as { code?: string } | undefined)?.code ?? "";
    if (NOBODY.has(code)) return { state: "absent" };
    const reason =
      name === "TimeoutError"
        ? `it gave no answer within ${PROBE_MS / 1000} s`
        : `it does not speak HTTP (${code || name})`;
    return { state: "foreign", reason };
  }
}

function json(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** LocalStack, floci and the embedded S3 tell their health; any other S3 answers a list of buckets, or an S3 error. */
export const probeS3 = (url: string): Promise<Probed> =>
  probed(async () => {
    const health = await ask(`${url}/_localstack/health`, {});
    const services = json(health.text)?.services as Record<string, string> | undefined;
    if (services) {
      return ALIVE.has(services.s3 ?? "")
        ? { state: "running" }
        : { state: "foreign", reason: `its S3 is "${services.s3 ?? "not enabled"}"` };
    }
    const buckets = await ask(`${url}/`, {});
    const isS3 =
      buckets.text.includes("<ListAllMyBucketsResult") ||
      /<Error>[\s\S]*<Code>(AccessDenied|InvalidRequest|SignatureDoesNotMatch)</.test(buckets.text);
    return isS3
      ? { state: "running" }
      : { state: "foreign", reason: `it answered ${buckets.status} and not as S3 does` };
  });

/** Upstash's REST protocol: the embedded server, serverless-redis-http, Upstash itself. */
export const probeRedis = (url: string, token: string): Promise<Probed> =>
  probed(async () => {
    const { status, text } = await ask(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: '["PING"]',
    });
    if (json(text)?.result === "PONG") return { state: "running" };
    if (status === 401 || status === 403) {
      return { state: "foreign", reason: "it refused the token", isToken: true };
    }
    return { state: "foreign", reason: `it answered ${status} and not as Redis over REST does` };
  });
