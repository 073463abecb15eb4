// Which links are the least sure?
// @param below number "0.6": confidence that they stay below
MATCH (p:Paper)-[r]->(c:Concept) WHERE r.confidence < $below
RETURN p.id AS paper, p.title AS title, type(r) AS relation, c.id AS concept, c.name AS name, r.confidence AS confidence,
  r.sentence AS sentence
ORDER BY confidence, paper, concept
LIMIT 100
