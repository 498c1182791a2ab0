INSERT INTO news.migration (version, name) VALUES (%(version)s, %(name)s);
