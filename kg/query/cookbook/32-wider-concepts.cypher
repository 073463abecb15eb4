// What is X a kind of, at any depth?
// @param x concept "BERT": id or any name of a concept
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (asked)-[:KIND_OF*]->(c:Concept) WHERE c <> asked
RETURN DISTINCT c.id AS concept, c.name AS name, c.type AS type
ORDER BY concept
