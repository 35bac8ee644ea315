-- anomalies: what was out of the ordinary in a range of time, newest first.
-- schema : main=bars/day
-- params : :from_ms, :to_ms (of the bars' ends; both included), :symbol, :type, :severity (null = any), :limit
-- columns: symbol TEXT, seq INTEGER, type TEXT, severity TEXT, size_ms INTEGER, end_ms INTEGER, value REAL, baseline REAL, threshold REAL, alert INTEGER (0 or 1)
-- order  : end_ms, newest first; then symbol, then seq
-- rule   : a walk from the end of the primary key, sorted within each instant, that ends when there are enough.
select s.name as symbol, a.seq, a.type, a.severity, a.size_ms, a.end_ms, a.value, a.baseline, a.threshold, a.alert
from anomaly a
cross join symbol s
where a.end_ms between :from_ms and :to_ms
  and s.id = a.symbol
  and (:symbol is null or s.name = :symbol)
  and (:type is null or a.type = :type)
  and (:severity is null or a.severity = :severity)
order by a.end_ms desc, s.name, a.seq
limit :limit;
