"""What `caixun bench` measures: the reader beside other extractors, on pages with a known truth."""
