-- upsert_portfolio: a portfolio without its positions, new or in the place of an earlier revision.
-- schema : main=risk/portfolios
-- params : :owner, :id, :name, :rate, :dividend_yields, :print, :revision, :now_ms
-- columns: none
-- order  : none
-- rule   : the first writing stays its creation; a clock that was set back changes nothing before it.
insert into portfolio (owner, id, name, rate, dividend_yields, print, revision, created_ms, updated_ms)
values (:owner, :id, :name, :rate, :dividend_yields, :print, :revision, :now_ms, :now_ms)
on conflict (owner, id) do update set
  name = excluded.name,
  rate = excluded.rate,
  dividend_yields = excluded.dividend_yields,
  print = excluded.print,
  revision = excluded.revision,
  updated_ms = max(created_ms, excluded.updated_ms);
