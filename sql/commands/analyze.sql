-- All tables that one may analyze: what loads a whole database leaves the planner without figures.
ANALYZE
