// Which concepts are compared with X, and in how many papers?
// @param x concept "BERT": id or any name of a concept
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (asked)-[r:COMPARED_WITH]-(c:Concept)
RETURN c.id AS concept, c.name AS name, c.type AS type, count(DISTINCT r.paper) AS papers
ORDER BY papers DESC, concept
