-- title: 历次领导小组会议
-- title.en: Meetings of the leading groups
-- about: 标题或事实里的人才工作领导小组会议，按日期。
-- about.en: Meetings of the leading groups for talent work, in titles or facts, by day.
select
  a.day as 发布日,
  s.province as 省份,
  a.title as 标题,
  (select f.evidence_excerpt from facts f where f.revision = a.revision and f.kind = 'meeting' limit 1) as 会议,
  a.id as 文章
from articles a
join sources s on s.id = a.source
where a.recorded_to is null
  and a.id = a.story
  and (
    a.title like '%领导小组%会%'
    or exists (
      select 1 from facts f
      where f.revision = a.revision and f.kind = 'meeting' and f.evidence_excerpt like '%领导小组%'
    )
  )
order by a.revision desc
limit 500
