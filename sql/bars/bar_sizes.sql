-- bar_sizes: the lengths of window that one part holds bars of, for one symbol.
-- schema : main=bars/day
-- params : :symbol
-- columns: size_ms INTEGER
-- order  : size_ms
-- rule   : one seek for each length, from one to the next larger; a scan would read every bar.
with recursive size(id, size_ms) as (
  select s.id, (select min(b.size_ms) from bar b where b.symbol = s.id)
  from symbol s
  where s.name = :symbol

  union all

  select z.id, (select min(b.size_ms) from bar b where b.symbol = z.id and b.size_ms > z.size_ms)
  from size z
  where z.size_ms is not null
)

select size_ms
from size
where size_ms is not null
order by size_ms;
