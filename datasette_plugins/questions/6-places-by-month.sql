-- title: 某地每月报道数
-- title.en: Reports on a place, by month
-- about: 一个地点（如 西宁市、青海省）每月的文章数与报道数；可再限定检索词。
-- about.en: Articles and stories on a place (such as 西宁市) by month; words of a search may be added.
select
  a.month as 月份,
  count(*) as 文章数,
  count(distinct a.story) as 报道数
from articles a
join article_places p using (revision)
where a.recorded_to is null
  and p.place = case when :地点 = '' then '青海省' else :地点 end
  and (:检索 = '' or a.revision in (select value from json_each(caixun_found(:检索))))
group by 1
order by 1 desc
