-- progress: how far each shard of the log `orders` is folded into the days. Instants are ms since 1970.

-- through: the last sequence number that is folded.
create table progress (
  shard text primary key,
  through_seq text not null
) strict, without rowid;

-- The last commits: what one of them has folded is removed some time later, when nobody reads an older manifest.
create table fold (
  shard text not null,
  folded_ms integer not null,
  through_seq text not null,
  primary key (shard, folded_ms)
) strict, without rowid;
