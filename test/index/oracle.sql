-- oracle: the whole index in one statement, written from docs/methods.md alone and for clarity, not for speed.
-- tables : session(n, date, day), price(n, ticker, close, cap), event(n, ticker, split, dividend, final)
--          n counts sessions from 0, day counts calendar days; event.final is null unless the ticker's holder was
--          delisted on that session
-- params : :size, :max_stale_days, :base (n of the base day)
-- columns: date, members TEXT (tickers in rank order), stale TEXT (those with a carried price), price_return REAL,
--          total_return REAL, turnover REAL; the last three are null on the base day
-- rule   : a name is a ticker and how often it has passed on to somebody else. quote is what each name is worth on
--          each session, carried or not; the rest is LEAD, ROW_NUMBER and AVG.
with recursive
delisted as (
  select e.ticker, s.day from event e join session s on s.n = e.n where e.final is not null
),

-- A ticker passes on 90 days after the last delisting of its holder.
passed as (
  select d.ticker, d.day + 90 as day
  from delisted d
  where not exists (
    select 1 from delisted l where l.ticker = d.ticker and l.day > d.day and l.day <= d.day + 90
  )
),

row as materialized (
  select
    p.n,
    p.ticker,
    (select count(*) from passed x where x.ticker = p.ticker and x.day <= s.day) as holder,
    p.close,
    p.cap
  from price p
  join session s on s.n = p.n
),

-- What happens on the day a ticker passes on is still about who had it.
happening as materialized (
  select
    e.n,
    e.ticker,
    (select count(*) from passed x where x.ticker = e.ticker and x.day < s.day) as holder,
    e.split,
    e.dividend,
    e.final
  from event e
  join session s on s.n = e.n
),

gone as materialized (
  select ticker, holder, min(n) as n from happening where final is not null group by ticker, holder
),

quote(n, ticker, holder, close, cap, priced) as (
  select p.n, p.ticker, p.holder, p.close, p.cap, p.n
  from row p
  where not exists (
    select 1 from gone g where g.ticker = p.ticker and g.holder = p.holder and g.n <= p.n
  )

  union all

  select
    q.n + 1,
    q.ticker,
    q.holder,
    q.close / coalesce((
      select e.split from happening e where e.n = q.n + 1 and e.ticker = q.ticker and e.holder = q.holder
    ), 1),
    q.cap,
    q.priced
  from quote q
  where q.n + 1 - q.priced <= :max_stale_days
    and q.n < (select max(n) from session)
    and not exists (
      select 1 from row p where p.n = q.n + 1 and p.ticker = q.ticker and p.holder = q.holder
    )
    and not exists (
      select 1 from gone g where g.ticker = q.ticker and g.holder = q.holder and g.n <= q.n + 1
    )
),

following as (
  select
    *,
    lead(n) over name as next_n,
    lead(close) over name as next_close,
    lead(priced) over name as next_priced
  from quote
  window name as (partition by ticker, holder order by n)
),

ranked as (
  select *, row_number() over (partition by n order by cap desc, ticker) as rank
  from following
  where cap > 0
),

-- What a member at n is worth at n + 1 for each dollar: its final price, its next price, or what it was.
member as (
  select
    r.n,
    r.ticker,
    r.holder,
    r.rank,
    r.priced < r.n as is_stale,
    1.0 / count(*) over (partition by r.n) as weight,
    case
      when e.final is not null then e.final * e.split / r.close
      when r.next_n = r.n + 1 then r.next_close * coalesce(e.split, 1) / r.close
      else 1
    end as gross,
    case
      when e.final is null and r.next_n = r.n + 1 and r.next_priced = r.next_n
      then coalesce(e.dividend, 0) * coalesce(e.split, 1) / r.close
      else 0
    end as yield
  from ranked r
  left join happening e on e.n = r.n + 1 and e.ticker = r.ticker and e.holder = r.holder
  where r.rank <= :size
),

basket as (
  select n, avg(gross) as gross, avg(gross + yield) - 1 as total_return from member group by n
),

trade as (
  select n, ticker, holder, weight as target, 0 as drifted from member
  union all
  select m.n + 1, m.ticker, m.holder, 0, case when b.gross > 0 then m.weight * m.gross / b.gross else 0 end
  from member m
  join basket b on b.n = m.n
),

traded as (
  select n, sum(moved) / 2 as turnover
  from (select n, abs(sum(target) - sum(drifted)) as moved from trade group by n, ticker, holder)
  group by n
)

select
  s.date,
  coalesce((
    select group_concat(ticker, ' ') from (select ticker from member m where m.n = s.n order by rank)
  ), '') as members,
  coalesce((
    select group_concat(ticker, ' ') from (select ticker from member m where m.n = s.n and is_stale order by rank)
  ), '') as stale,
  case when s.n > :base then coalesce(b.gross, 1) - 1 end as price_return,
  case when s.n > :base then coalesce(b.total_return, 0) end as total_return,
  case when s.n > :base then coalesce(t.turnover, 0) end as turnover
from session s
left join basket b on b.n = s.n - 1
left join traded t on t.n = s.n
where s.n >= :base
order by s.n;
