-- progress: how far each shard of each log is folded into the other parts. Instants are ms since 1970.

-- through: the last sequence number that is folded. latest_ms: largest time of a trade in it (event time).
-- closed_ms: latest end of a bar in it; windows that end by then have closed.
create table progress (
  log text not null,
  shard text not null,
  through_seq text not null,
  latest_ms integer not null,
  closed_ms integer not null,
  primary key (log, shard)
) strict, without rowid;

-- The last commits: what one of them has folded is removed some time later, when nobody reads an older manifest.
create table fold (
  log text not null,
  shard text not null,
  folded_ms integer not null,
  through_seq text not null,
  primary key (log, shard, folded_ms)
) strict, without rowid;

-- Every symbol of the stream; a shard is named with it because time runs by itself in each.
create table stream_symbol (
  name text not null check (name <> ''),
  log text not null,
  shard text not null,
  first_ms integer not null,
  last_ms integer not null check (last_ms >= first_ms),
  primary key (name, log, shard)
) strict, without rowid;
