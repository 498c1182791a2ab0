"""Faults done to real crawls, and a count of what they cost."""
