/** The five kinds of value. Each knows its size in bytes, about as much as it takes in memory. */
import { SortedSet } from "./sorted-set.ts";

/** What one element of a collection costs besides its text. */
export const ELEMENT_BYTES = 32;

export class Text {
  readonly kind = "string";
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  get bytes() {
    return this.text.length;
  }
  get size() {
    return 1;
  }
}

export class Hash {
  readonly kind = "hash";
  readonly fields = new Map<string, string>();
  bytes = 0;
  get size() {
    return this.fields.size;
  }
  /** @returns whether the field is new */
  set(field: string, value: string): boolean {
    const old = this.fields.get(field);
    this.fields.set(field, value);
    this.bytes += value.length - (old === undefined ? -field.length - ELEMENT_BYTES : old.length);
    return old === undefined;
  }
  remove(field: string): boolean {
    const old = this.fields.get(field);
    if (old === undefined) return false;
    this.bytes -= field.length + old.length + ELEMENT_BYTES;
    return this.fields.delete(field);
  }
}

export class Members {
  readonly kind = "set";
  readonly members = new Set<string>();
  bytes = 0;
  get size() {
    return this.members.size;
  }
  add(member: string): boolean {
    if (this.members.has(member)) return false;
    this.members.add(member);
    this.bytes += member.length + ELEMENT_BYTES;
    return true;
  }
  remove(member: string): boolean {
    if (!this.members.delete(member)) return false;
    this.bytes -= member.length + ELEMENT_BYTES;
    return true;
  }
}

export class List {
  readonly kind = "list";
  #items: string[] = [];
  bytes = 0;
  get size() {
    return this.#items.length;
  }
  get items(): readonly string[] {
    return this.#items;
  }
  push(end: "head" | "tail", item: string): void {
    if (end === "head") this.#items.unshift(item);
    else this.#items.push(item);
    this.bytes += item.length + ELEMENT_BYTES;
  }
  pop(end: "head" | "tail"): string | undefined {
    const item = end === "head" ? this.#items.shift() : this.#items.pop();
    if (item !== undefined) this.bytes -= item.length + ELEMENT_BYTES;
    return item;
  }
  /** Keeps the items from `start` up to, not including, `end`. */
  trim(start: number, end: number): void {
    this.#items = this.#items.slice(start, end);
    this.bytes = this.#items.reduce((sum, item) => sum + item.length + ELEMENT_BYTES, 0);
  }
}

export type Value = Text | Hash | Members | List | SortedSet;
export type Kind = Value["kind"];
export { SortedSet };
