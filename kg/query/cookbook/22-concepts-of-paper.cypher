// What does a paper say of which concepts?
// @param paper paper "arxiv:1810.04805": id or title of a paper
MATCH (asked:Paper) WHERE asked.id = $paper OR asked.title = $paper
MATCH (asked)-[r]->(c:Concept)
RETURN type(r) AS relation, c.id AS concept, c.name AS name, c.type AS type, r.confidence AS confidence, r.sentence AS sentence
ORDER BY relation, confidence DESC, concept
