-- title: 各站点每周文章数
-- title.en: Articles per site and week
-- about: 各站点每周收录的文章数（周以星期一的日期表示），近一年。
-- about.en: Articles kept per site and week (named by its Monday), over the last year.
select
  date(a.day, 'weekday 0', '-6 days') as 周,
  s.title as 站点,
  count(*) as 文章数,
  sum(a.id = a.story) as 首发
from articles a
join sources s on s.id = a.source
where a.recorded_to is null
  and a.day >= (select date(max(day), '-364 days') from articles)
group by 1, 2
order by 1 desc, 3 desc
