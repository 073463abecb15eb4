// Which papers on a task were not evaluated on a dataset?
// @param task concept "question answering": id or any name of a task
// @param dataset concept "SQuAD": id or any name of a dataset
MATCH (t:Concept) WHERE t.id = $task OR t.name = $task OR $task IN t.aliases OR $task IN t.acronyms
MATCH (d:Concept) WHERE d.id = $dataset OR d.name = $dataset OR $dataset IN d.aliases OR $dataset IN d.acronyms
MATCH (p:Paper)-[:ADDRESSES]->(t) WHERE NOT (p)-[:EVALUATES_ON]->(d)
RETURN DISTINCT p.id AS paper, p.title AS title, p.year AS year
ORDER BY paper
