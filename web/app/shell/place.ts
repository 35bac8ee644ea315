/**
 * Where one is: "#/composition?index=top100-ew&date=2024-12-31". Everything that was chosen stands in it, so an address
 * shows to others what one sees. It lies behind the #, because the paths themselves belong to the API.
 */
export const VIEWS = [
  "overview",
  "composition",
  "changes",
  "market",
  "build",
  "operations",
] as const;
export type View = (typeof VIEWS)[number];
export type Choice = Readonly<Record<string, string | undefined>>;
export type Place = Readonly<{ view: View; choice: Choice }>;

const isView = (name: string): name is View => (VIEWS as readonly string[]).includes(name);

export function placeOf(hash: string): Place {
  const [name = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const choice = Object.fromEntries(new URLSearchParams(query));
  return { view: isView(name) ? name : "overview", choice };
}

export function hrefOf(view: View, choice: Choice): string {
  const chosen = Object.entries(choice).filter((entry): entry is [string, string] => !!entry[1]);
  const query = new URLSearchParams(chosen).toString();
  return `#/${view}${query === "" ? "" : `?${query}`}`;
}
