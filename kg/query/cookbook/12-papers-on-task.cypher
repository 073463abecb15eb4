// Which papers address a task, the newest first, and what do they propose?
// @param task concept "question answering": id or any name of a task
MATCH (t:Concept) WHERE t.id = $task OR t.name = $task OR $task IN t.aliases OR $task IN t.acronyms
MATCH (p:Paper)-[:ADDRESSES]->(t)
OPTIONAL MATCH (p)-[:PROPOSES]->(c:Concept)
RETURN p.id AS paper, p.title AS title, p.year AS year, c.name AS proposed
ORDER BY coalesce(year, 0) DESC, paper, coalesce(proposed, '')
