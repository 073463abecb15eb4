// What is said of X and other concepts, by which papers? (^ marks a relation that leads to X)
// @param x concept "BERT": id or any name of a concept
MATCH (asked:Concept) WHERE asked.id = $x OR asked.name = $x OR $x IN asked.aliases OR $x IN asked.acronyms
MATCH (asked)-[r]-(c:Concept)
WITH r, c, CASE WHEN startNode(r) = asked THEN type(r) ELSE '^' + type(r) END AS relation
RETURN relation, c.id AS concept, c.name AS name, r.paper AS paper, r.confidence AS confidence, r.sentence AS sentence
ORDER BY relation, concept, coalesce(paper, ''), coalesce(sentence, '')
