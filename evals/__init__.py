"""Benchmarks and evaluation of the assistant."""
