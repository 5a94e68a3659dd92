"""Bundles: what a search finds as one zip — texts, tables, saved pages, an offline page — that verifies by itself."""
