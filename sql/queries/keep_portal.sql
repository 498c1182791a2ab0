-- What a file says counts for a portal that has one; of what a user set, nothing is forgotten that is not said again.
INSERT INTO news.portal AS portal (name, origin, home, hosts, province, platform, sections, browser)
VALUES (%(name)s, %(origin)s, %(home)s, %(hosts)s, %(province)s, %(platform)s, %(sections)s, %(browser)s)
ON CONFLICT (name) DO UPDATE SET
    origin = excluded.origin, home = excluded.home, sections = excluded.sections, browser = excluded.browser,
    hosts = excluded.hosts || ARRAY(SELECT host FROM unnest(portal.hosts) AS host
                                    WHERE excluded.origin = 'added' AND host <> ALL (excluded.hosts)),
    province = coalesce(excluded.province, portal.province), platform = coalesce(excluded.platform, portal.platform);
