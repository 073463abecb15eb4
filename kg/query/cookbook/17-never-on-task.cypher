// Which methods and architectures are used on several tasks, but never on this one?
// @param task concept "question answering": id or any name of a task
// @param least integer "2": other tasks at least
MATCH (t:Concept) WHERE t.id = $task OR t.name = $task OR $task IN t.aliases OR $task IN t.acronyms
OPTIONAL MATCH (t)<-[:ADDRESSES]-(:Paper)-[:USES]->(known:Concept)
WITH collect(DISTINCT known) AS used
MATCH (c:Method|Architecture) WHERE NOT c IN used
MATCH (c)<-[:USES]-(:Paper)-[:ADDRESSES]->(other:Task)
WITH c, count(DISTINCT other) AS tasks WHERE tasks >= $least
RETURN c.id AS concept, c.name AS name, c.type AS type, tasks
ORDER BY tasks DESC, concept
