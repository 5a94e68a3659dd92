"""Copies of a data directory: taken while everything runs, checked, restored, continued without loss or repetition."""
