// What was built on top of X, at any depth, and which papers propose it?
// @param x concept "Transformer": id or any name of a concept
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (c:Concept)-[:BASED_ON*]->(asked) WHERE c <> asked
WITH DISTINCT c
OPTIONAL MATCH (p:Paper)-[:PROPOSES]->(c)
RETURN c.id AS concept, c.name AS name, c.type AS type, p.id AS paper, p.title AS title, p.year AS year
ORDER BY coalesce(year, 9999), concept, coalesce(paper, '')
