SET ROLE news_writer
