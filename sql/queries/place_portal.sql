UPDATE news.article_current SET province = %(province)s WHERE portal = %(name)s AND province IS DISTINCT FROM %(province)s;
