-- title: 分省年度引才数
-- title.en: Talent brought in, by province and year
-- about: 各省各年报道中“引进”的人才数（取该年最大的一个数，不相加：同一数字常被多次报道）。
-- about.en: People brought in, by province and year as reported: the largest figure of the year, since one is reported often.
select
  s.province as 省份,
  substr(f.period, 1, 4) as 年份,
  max(coalesce(f.value_high, f.value_low)) as 最大引才数,
  count(*) as 提及次数,
  f.measure as 指标,
  a.title as 出处,
  a.id as 文章
from facts f
join articles a using (revision)
join sources s on s.id = a.source
where f.kind = 'figure'
  and f.recorded_to is null
  and f.unit in ('名', '人', '位')
  and (f.action like '%引进%' or f.measure like '%引进%' or f.measure like '%引才%')
  and f.period is not null
group by 1, 2
order by 2 desc, 3 desc
