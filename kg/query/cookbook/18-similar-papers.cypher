// Which papers share most concepts with a paper?
// @param paper paper "arxiv:1810.04805": id or title of a paper
// @param least integer "2": concepts that both share at least
MATCH (asked:Paper) WHERE asked.id = $paper OR asked.title = $paper
MATCH (asked)-->(c:Concept)<--(p:Paper) WHERE p <> asked
WITH p, count(DISTINCT c) AS shared WHERE shared >= $least
RETURN p.id AS other, p.title AS title, p.year AS year, shared
ORDER BY shared DESC, other
