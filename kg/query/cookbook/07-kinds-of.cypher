// Which kinds of X are there, and kinds of these, in up to four steps?
// @param x concept "language model": id or any name of a concept
MATCH (start:Concept) WHERE start.id = $x OR start.name = $x OR $x IN start.aliases OR $x IN start.acronyms
MATCH (c:Concept)-[:KIND_OF*1..4]->(start) WHERE c.id <> start.id
RETURN DISTINCT c.id AS concept, c.name AS name, c.type AS type, c.papers AS papers
ORDER BY papers DESC, concept
