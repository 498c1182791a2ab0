UPDATE news.portal SET
    province = CASE WHEN 'province' = ANY (%(set)s::text[]) THEN %(province)s::text ELSE province END,
    platform = CASE WHEN 'platform' = ANY (%(set)s::text[]) THEN %(platform)s::text ELSE platform END,
    daily_requests = CASE WHEN 'daily_requests' = ANY (%(set)s::text[]) THEN %(daily_requests)s::int ELSE daily_requests END,
    opens_at = CASE WHEN 'hours' = ANY (%(set)s::text[]) THEN %(opens_at)s::time ELSE opens_at END,
    closes_at = CASE WHEN 'hours' = ANY (%(set)s::text[]) THEN %(closes_at)s::time ELSE closes_at END
WHERE name = %(name)s;
