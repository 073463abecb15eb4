// What is X based on, directly or in up to three steps?
// @param x concept "BERT": id or any name of a concept
MATCH (start:Concept) WHERE start.id = $x OR start.name = $x OR $x IN start.aliases OR $x IN start.acronyms
MATCH path = (start)-[:BASED_ON*1..3]->(c:Concept) WHERE c.id <> start.id
RETURN c.id AS concept, c.name AS name, c.type AS type, min(length(path)) AS steps
ORDER BY steps, concept
