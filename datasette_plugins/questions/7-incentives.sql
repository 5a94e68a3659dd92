-- title: 待遇一览
-- title.en: Incentives offered
-- about: 给谁、什么待遇、多少钱（元）、什么条件，附原句。
-- about.en: For whom, what benefit, how much (yuan), on what condition, with the sentence.
select
  f.subject as 地方,
  json_extract(f.fields, '$.beneficiary') as 对象,
  json_extract(f.fields, '$.benefit') as 待遇,
  json_extract(f.fields, '$.amount') as 金额元,
  json_extract(f.fields, '$.condition') as 条件,
  a.day as 发布日,
  f.evidence_excerpt as 原句,
  a.id as 文章
from facts f
join articles a using (revision)
where f.kind = 'incentive' and f.recorded_to is null
order by a.revision desc
limit 500
