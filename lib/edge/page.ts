/** HTML pages: each may run the scripts and styles that stand in it, ask this service, and nothing else. */
import { createHash } from "node:crypto";
import { type Reply, reply } from "./reply.ts";

/** The sources of CSP for the texts of one element: their hashes, so that nothing injected runs. */
function hashes(html: string, element: "script" | "style"): string {
  const inline = html.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, "g"));
  const sources = [...inline].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  return sources.length > 0 ? sources.join(" ") : "'none'";
}

/** Works out the policy once: call it when the function is loaded. */
export function page(html: string): Reply {
  const policy = [
    "default-src 'none'",
    `script-src ${hashes(html, "script")}`,
    `style-src ${hashes(html, "style")}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return reply(200, html, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "content-security-policy": policy.join("; "),
  });
}
