-- title: 政策一览
-- title.en: Policies
-- about: 报道里提到的政策文件：首次出现的日期、动作、提及的文章数。
-- about.en: Policies that reports name: first day, what was done, how many articles.
select
  f.title as 政策,
  min(a.day) as 首次提及,
  max(a.day) as 最近提及,
  group_concat(distinct f.subject) as 主体,
  group_concat(distinct json_extract(f.fields, '$.action')) as 动作,
  count(distinct a.story) as 报道数
from facts f
join articles a using (revision)
where f.kind = 'policy' and f.recorded_to is null and f.title is not null
group by f.title
order by 报道数 desc, 首次提及 desc
limit 500
