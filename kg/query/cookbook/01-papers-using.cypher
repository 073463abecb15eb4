// Which papers use X, for which task, on which dataset?
// @param x concept "BERT": id or any name of a concept
MATCH (c:Concept) WHERE c.id = $x OR c.name = $x OR $x IN c.aliases OR $x IN c.acronyms
MATCH (p:Paper)-[:USES|EVALUATES_ON|MEASURES]->(c)
OPTIONAL MATCH (p)-[:ADDRESSES]->(t:Concept)
OPTIONAL MATCH (p)-[:EVALUATES_ON]->(d:Concept)
RETURN p.id AS paper, p.title AS title, p.year AS year, t.name AS task, d.name AS dataset
ORDER BY paper, coalesce(task, ''), coalesce(dataset, '')
