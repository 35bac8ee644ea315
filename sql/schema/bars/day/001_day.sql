-- day: what the stream brought on one UTC day, or in one month when that is over. Instants are ms since 1970.
-- A bar is that of its last revision; one that was withdrawn is gone.

create table symbol (
  id integer primary key,
  name text not null unique check (name <> '')
) strict;

-- A bar is found by its symbol, and its neighbours in time lie beside it. flags: 1 = partial, 2 = irregular.
create table bar (
  symbol integer not null references symbol (id),
  size_ms integer not null check (size_ms > 0),
  start_ms integer not null check (start_ms >= 0),
  open real not null,
  high real not null,
  low real not null,
  close real not null,
  volume real not null check (volume >= 0),
  vwap real,
  trades integer not null check (trades > 0),
  revision integer not null check (revision >= 0),
  flags integer not null check (flags between 0 and 3),
  seq integer not null,
  primary key (symbol, size_ms, start_ms),
  check (high >= low)
) strict, without rowid;

-- Newest first is a walk from the end.
create table anomaly (
  end_ms integer not null,
  symbol integer not null references symbol (id),
  seq integer not null,
  type text not null,
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  size_ms integer not null,
  value real not null,
  baseline real,
  threshold real not null,
  alert integer not null check (alert in (0, 1)),
  primary key (end_ms, symbol, seq)
) strict, without rowid;

-- Files of ticks beside the images: one for all records after one sequence number and through another.
create table tick_file (
  id integer primary key,
  log text not null,
  shard text not null,
  day integer not null check (day between 19700101 and 99991231),
  after_seq text not null,
  through_seq text not null,
  bytes integer not null check (bytes > 0),
  ticks integer not null check (ticks >= 0),
  unique (log, shard, day, after_seq, through_seq)
) strict;

-- Where the ticks of a symbol lie in a file. from_ms and to_ms are their first and last time, null without a trade
-- among them; amendments are the cancels and corrections among them.
create table tick_block (
  symbol integer not null references symbol (id),
  file integer not null references tick_file (id),
  offset integer not null check (offset >= 0),
  bytes integer not null check (bytes > 0),
  from_ms integer,
  to_ms integer check (to_ms >= from_ms),
  trades integer not null check (trades >= 0),
  amendments integer not null check (amendments >= 0),
  primary key (symbol, file)
) strict, without rowid;

-- What was not taken in, by the day it came in; numbers only.
create table refused (
  log text not null,
  shard text not null,
  reason text not null,
  count integer not null check (count > 0),
  primary key (log, shard, reason)
) strict, without rowid;
