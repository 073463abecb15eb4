// Which papers are linked to no concept?
MATCH (p:Paper) WHERE NOT (p)-->()
RETURN p.id AS paper, p.title AS title
ORDER BY paper
