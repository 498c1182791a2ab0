SELECT id, status = 'running' FROM news.run WHERE id = ANY (%(runs)s::bigint[]);
