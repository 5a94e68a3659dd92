"""Example: what an archive holds, month by month, and the figures of one search.

    python docs/notebook.py [data | archive.db | https://caixun.example] [query]

Needs pip install "caixun[notebook]". Every line may be typed into a notebook as it stands.
"""

import sys

import caixun

where = sys.argv[1] if len(sys.argv) > 1 else "data"
query = sys.argv[2] if len(sys.argv) > 2 else ""
archive = caixun.connect(where)
articles = archive.articles(query, texts=False)
print(f"{len(articles)} 篇 articles")

dated = articles.dropna(subset=["published"])
print("\n每月篇数 articles a month")
print(dated.groupby(dated["published"].dt.strftime("%Y-%m")).size().to_string())

facts = archive.facts(query)
figures = facts[facts["kind"] == "figure"]
print("\n常见指标 the most frequent measures")
print(figures.groupby(["measure", "unit"])["value_low"].agg(["count", "min", "max"]).head(10).to_string())

coverage = archive.coverage()
watched = coverage[coverage["lists"] + coverage["pages"] > 0]
print(f"\n抓取过 {len(watched)} 个来源·日：没有抓取的日子不是没有新闻 / source-days crawled; a day without is no zero")
