"""Measures the product on a million shifts: `script/benchmark`. See docs/benchmarks.md."""
