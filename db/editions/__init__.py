"""Editions: dated versions of the whole public archive, each a folder that any machine can serve and nobody changes."""
