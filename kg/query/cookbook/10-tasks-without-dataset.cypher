// Which tasks are addressed by papers none of which evaluates on a dataset?
// @param least integer "1": papers of a task at least
MATCH (p:Paper)-[:ADDRESSES]->(t:Concept)
OPTIONAL MATCH (p)-[:EVALUATES_ON]->(d:Concept)
WITH t.id AS task, t.name AS name, count(DISTINCT p.id) AS papers, count(d.id) AS datasets
WHERE datasets = 0 AND papers >= $least
RETURN task, name, papers
ORDER BY papers DESC, task
