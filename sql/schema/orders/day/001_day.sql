-- day: orders that were closed and trades that were made on one UTC day. Instants are ms since 1970, prices whole ticks,
-- sizes whole lots; what a tick and a lot were stands with each.

-- An order as it stood when it was closed; record is the whole of it as JSON, its fills among it.
create table closed_order (
  id text primary key check (id <> ''),
  symbol text not null,
  -- Id of the key whose order it was; null where the service asked for none.
  owner text,
  account text not null,
  status text not null check (status in ('filled', 'cancelled', 'expired', 'rejected')),
  created_ms integer not null check (created_ms >= 0),
  closed_ms integer not null check (closed_ms >= created_ms),
  tick_size text not null,
  lot_size text not null,
  record text not null check (json_valid(record))
) strict, without rowid;

create table execution (
  symbol text not null,
  trade integer not null check (trade > 0),
  time_ms integer not null check (time_ms >= 0),
  price_ticks integer not null check (price_ticks > 0),
  size_lots integer not null check (size_lots > 0),
  aggressor text not null check (aggressor in ('buy', 'sell')),
  maker_id text not null,
  taker_id text not null,
  maker_owner text,
  taker_owner text,
  tick_size text not null,
  lot_size text not null,
  primary key (symbol, trade)
) strict, without rowid;
