"""The page drawn by pyvis's vis-network: what it shows (`data`), how (`draw`), its template, style sheet and script, and `write`."""
