UPDATE news.migration SET finished_at = now() WHERE version = %(version)s::int;
