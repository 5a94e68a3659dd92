"""The search engine over the index: what SQLite answers is kept as bitmaps and arrays that follow the database.

engine.py     one engine per archive file: brings itself up to date, evaluates a query, counts, orders
state.py      what is kept of every revision; following.py: which revisions the newest changes touched
ordinals.py   revision number → dense ordinal;  facets.py: values of a facet as bitmaps and rows of codes
words.py      hits and term counts per word;    stored.py: those of frequent words, read from the archive
leaves.py     revisions that a SQL condition chooses
ranking.py    BM25, newest first, pages by cursor;  stories.py: one story once
kept.py       what is kept is bounded by bytes, the least recently used goes first
"""
