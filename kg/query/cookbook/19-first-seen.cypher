// Which concepts come up in a year for the first time?
// @param year integer "2019": a year of publication
MATCH (now:Paper)-->(c:Concept) WHERE now.year = $year
WITH DISTINCT c
MATCH (p:Paper)-->(c)
WITH c, min(p.year) AS first, count(DISTINCT CASE WHEN p.year IS NOT NULL THEN p END) AS papers
WHERE first = $year
RETURN c.id AS concept, c.name AS name, c.type AS type, papers
ORDER BY papers DESC, concept
