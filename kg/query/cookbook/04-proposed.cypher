// What do papers propose, and in which sentence?
// @param type type "Method": Task, Dataset, Architecture, Method or Metric
MATCH (p:Paper)-[r:PROPOSES]->(c:Concept {type: $type})
RETURN c.id AS concept, c.name AS name, p.id AS paper, p.title AS title, r.sentence AS sentence
ORDER BY concept, paper
