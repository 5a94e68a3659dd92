"""A replica news site of our own on loopback: what `caixun run --demo` crawls. Every text in it is invented."""
