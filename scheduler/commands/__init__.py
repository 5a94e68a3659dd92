"""The commands of `caixun`, by topic. Each module lists its own in COMMANDS; caixun.py registers them."""
