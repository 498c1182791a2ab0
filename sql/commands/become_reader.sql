SET ROLE news_reader
