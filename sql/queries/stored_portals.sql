SELECT name, origin, home, hosts, province, platform, sections, browser, daily_requests, opens_at, closes_at, ended_at
FROM news.portal ORDER BY name;
