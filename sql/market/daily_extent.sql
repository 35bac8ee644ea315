-- daily_extent: the stored sessions at the ends of a range, and of the whole market.
-- schema : main=market/reference
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: first_date INTEGER (YYYYMMDD, of the market), last_date INTEGER, start_date INTEGER (of the range, null without a session in it), end_date INTEGER
-- order  : none (one row)
-- rule   : four seeks, so that a request that is answered from a cache does not read every session.
select
  (select min(date) from session) as first_date,
  (select max(date) from session) as last_date,
  (select min(date) from session where date between :start and :end) as start_date,
  (select max(date) from session where date between :start and :end) as end_date;
