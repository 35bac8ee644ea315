/** Ends well when the address answers 2xx, for containers: node localstack/healthcheck.mjs <url> */
const [, , url = ""] = process.argv;

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(8_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
