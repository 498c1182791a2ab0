SELECT EXISTS (SELECT FROM news.run WHERE portal = %(portal)s::text AND id IS DISTINCT FROM %(run)s::bigint);
