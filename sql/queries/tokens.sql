SELECT name, made_at FROM news.token ORDER BY name;
