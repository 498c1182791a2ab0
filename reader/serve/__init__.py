"""The ledger over HTTP: pages, JSON API, feeds."""
