// Which papers compare their work with X, and in which sentence?
// @param x concept "BERT": id or any name of a concept
MATCH (c:Concept) WHERE c.id = $x OR c.name = $x OR $x IN c.aliases OR $x IN c.acronyms
MATCH (p:Paper)-[r:COMPARES_WITH]->(c)
RETURN p.id AS paper, p.title AS title, p.year AS year, r.sentence AS sentence
ORDER BY paper
