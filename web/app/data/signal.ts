/** A value that others watch: told to them when it has changed. */
import { useSyncExternalStore } from "react";

export class Signal<T> {
  #value: T;
  readonly #watching = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const told of [...this.#watching]) told();
  }

  /** @returns what ends it */
  readonly watch = (told: () => void): (() => void) => {
    this.#watching.add(told);
    return () => {
      this.#watching.delete(told);
    };
  };
}

export const useSignal = <T>(signal: Signal<T>): T =>
  useSyncExternalStore(signal.watch, () => signal.value);
