SELECT events, hits FROM news.react(%(most)s::int);
