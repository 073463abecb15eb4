// Which papers propose X, the oldest first?
// @param x concept "BERT": id or any name of a concept
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (p:Paper)-[r:PROPOSES]->(asked)
RETURN p.id AS paper, p.title AS title, p.year AS year, r.confidence AS confidence, r.sentence AS sentence
ORDER BY coalesce(year, 9999), paper
