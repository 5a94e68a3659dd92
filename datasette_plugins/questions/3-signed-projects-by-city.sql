-- title: 各市签约项目
-- title.en: Signed projects, by place
-- about: 各地“签约”的数字：指标、数值、时期与原句。可填地点（如 西宁市），留空为全部。
-- about.en: Figures of what was signed, by place: measure, value, period, sentence. Give a place (such as 西宁市) or leave it empty.
select
  f.subject as 地方,
  f.measure as 指标,
  coalesce(f.value_low, f.value_high) as 数值,
  f.unit as 单位,
  f.period as 时期,
  a.day as 发布日,
  f.evidence_excerpt as 原句,
  a.id as 文章
from facts f
join articles a using (revision)
where f.kind = 'figure'
  and f.recorded_to is null
  and (f.action like '%签约%' or f.measure like '%签约%')
  and (:地点 = '' or f.subject like '%' || :地点 || '%')
order by a.revision desc
limit 500
