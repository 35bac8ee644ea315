-- quality_counts: how often each rule repaired, refused or noticed something.
-- schema : main=market/reference
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: kind TEXT (repaired, quarantined, findings), reason TEXT, count INTEGER
-- order  : kind, reason
-- rule   : rows without a readable day count where the range is open at both ends.
select 'findings' as kind, reason, count(*) as count
from finding
where date between :start and :end
group by reason

union all

select 'quarantined', reason, count(*)
from quarantine
where date between :start and :end or (date is null and :start = 0)
group by reason

union all

select 'repaired', rule, count(*)
from repair
where date between :start and :end
group by rule
order by 1, 2;
