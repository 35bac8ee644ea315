/** The place in the address of the page. */
import { useSyncExternalStore } from "react";
import { type Choice, hrefOf, type Place, placeOf, type View } from "./place.ts";

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

/** The place one is at, told anew whenever it changes. */
export const usePlace = (): Place => placeOf(useSyncExternalStore(subscribe, () => location.hash));

/** Goes there; a small step of the same view leaves no entry in the history. */
export function go(view: View, choice: Choice, { isStep = false } = {}): void {
  const href = hrefOf(view, choice);
  if (!isStep) location.hash = href;
  else {
    history.replaceState(null, "", href);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }
}
