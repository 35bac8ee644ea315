-- upsert_constituent: a name of the year, with what it was called on its last day of membership.
-- schema : main=index/year
-- params : :id, :ticker, :security, :name
-- columns: none
-- order  : none
-- rule   : the name may change while the ticker stays.
insert into constituent (id, ticker, security, name)
values (:id, :ticker, :security, :name)
on conflict (id) do update set name = excluded.name;
