// Which concepts of a type occur in the same papers?
// @param type type "Task": Task, Dataset, Architecture, Method or Metric
// @param least integer "1": papers that both share at least
MATCH (a:Concept {type: $type})<--(p:Paper)-->(b:Concept {type: $type}) WHERE a.uri < b.uri
WITH a.id AS first, b.id AS second, count(DISTINCT p) AS papers WHERE papers >= $least
RETURN first, second, papers
ORDER BY papers DESC, first, second
