/** Keeps keys out of whatever is written down. */

const HIDDEN = "***";
const SECRET_HEADER = /authorization|cookie|key|token|secret|password/i;

/** @returns a function that puts `***` where a text holds one of the secrets, plain or as a URL writes it */
export function redaction(
  headers: Readonly<Record<string, string>>,
  secretQuery: Readonly<Record<string, string>>,
): (text: string) => string {
  const ofHeaders = Object.entries(headers)
    .filter(([name]) => SECRET_HEADER.test(name))
    // "Bearer abc": the word before is no secret, the key alone is.
    .flatMap(([, value]) => [value, ...value.split(/\s+/).slice(-1)]);
  const secrets = [...ofHeaders, ...Object.values(secretQuery)]
    .flatMap((secret) => [secret, encodeURIComponent(secret), formEncoded(secret)])
    .filter((secret) => secret !== "")
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), text);
}

const formEncoded = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1);
