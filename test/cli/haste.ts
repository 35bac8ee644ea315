/**
 * Loaded into a process before the command line (`--import`): its clock runs {@link HASTE} times as fast, its pauses pass
 * accordingly, and those that are drawn are the shortest.
 */
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

const HASTE = 10;

const { now } = Date;
const startMs = now();
Date.now = () => startMs + Math.floor((now() - startMs) * HASTE);

const { setTimeout: pause } = timers;
timers.setTimeout = (ms = 0, ...rest) => pause(ms / HASTE, ...rest);
syncBuiltinESMExports();

let drawn = 0;
// Not one number again and again: databases are named by them.
Math.random = () => ++drawn / 1e7;
