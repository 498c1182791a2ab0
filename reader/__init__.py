"""What was stored, for people and programs: `from reader import articles`."""

from reader.api import Article, NoDatabase, articles
from reader.filters import WrongFilter

__all__ = ["Article", "NoDatabase", "WrongFilter", "articles"]
