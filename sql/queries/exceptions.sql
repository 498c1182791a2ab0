-- Whether any article was ever missing, or redacted: where none was, ingest need not ask for each.
SELECT EXISTS (SELECT FROM news.absence) AS absences, EXISTS (SELECT FROM news.redaction) AS redactions;
