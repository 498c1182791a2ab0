UPDATE news.article_current SET identity = %(identity)s WHERE id = %(id)s;
