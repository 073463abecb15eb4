// Which datasets do papers on a task evaluate on most?
// @param task concept "question answering": id or any name of a task
MATCH (t:Concept) WHERE t.id = $task OR t.name = $task OR $task IN t.aliases OR $task IN t.acronyms
MATCH (p:Paper)-[:ADDRESSES]->(t)
MATCH (p)-[:EVALUATES_ON]->(found:Concept)
RETURN found.id AS dataset, found.name AS name, count(DISTINCT p.id) AS papers
ORDER BY papers DESC, dataset
