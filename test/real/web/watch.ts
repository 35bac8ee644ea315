/** What happens in a page that its user does not see. */
import type { Page } from "playwright-core";

export type Watched = Readonly<{ asked: readonly string[]; faults: readonly string[] }>;

const LOUD = ["warning", "error", "assert"];
/** The page itself stopped asking, or the answer became a download. */
const GIVEN_UP = "net::ERR_ABORTED";
const NOT_A_REQUEST = /^(data|blob|about):/;

/** Call it before the page is opened. Both lists grow while it is used. */
export function watched(
  page: Page,
  origins: readonly string[],
  expects: readonly RegExp[],
): Watched {
  const asked: string[] = [];
  const faults: string[] = [];
  const fault = (text: string) => {
    if (!expects.some((expected) => expected.test(text))) faults.push(text);
  };
  page.on("console", (message) => {
    if (LOUD.includes(message.type()))
      fault(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => fault(`thrown: ${error.stack ?? error.message}`));
  page.on("crash", () => fault("the page has crashed"));
  page.on("request", (request) => {
    const url = request.url();
    if (NOT_A_REQUEST.test(url)) return;
    asked.push(url);
    if (!origins.includes(new URL(url).origin)) fault(`asked elsewhere: ${url}`);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    if (reason !== GIVEN_UP) fault(`failed: ${request.method()} ${request.url()} (${reason})`);
  });
  return { asked, faults };
}
