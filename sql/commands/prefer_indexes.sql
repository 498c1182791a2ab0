-- For this transaction. The planner holds comparing arrays for cheap, and would compare all of them.
SET LOCAL enable_seqscan = off
