SELECT max(version) FROM news.migration;
