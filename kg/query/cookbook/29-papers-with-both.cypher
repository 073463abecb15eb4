// Which papers speak of both X and Y, and how?
// @param x concept "BERT": id or any name of a concept
// @param y concept "question answering": id or any name of a concept
MATCH (a:Concept) WHERE a.id = $x OR a.name = $x OR $x IN a.aliases OR $x IN a.acronyms
MATCH (b:Concept) WHERE b.id = $y OR b.name = $y OR $y IN b.aliases OR $y IN b.acronyms
MATCH (a)<-[r]-(p:Paper)-[s]->(b) WHERE a <> b
RETURN p.id AS paper, p.title AS title, p.year AS year, type(r) AS first, type(s) AS second
ORDER BY paper, first, second
