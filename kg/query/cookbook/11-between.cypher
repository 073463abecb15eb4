// What leads from X to Y in one step, or in two through a paper or a concept? (^ marks a relation that leads back)
// @param x concept "BERT": id or any name of a concept
// @param y concept "Transformer": id or any name of a concept
MATCH (a:Concept) WHERE a.id = $x OR a.name = $x OR $x IN a.aliases OR $x IN a.acronyms
MATCH (b:Concept) WHERE b.id = $y OR b.name = $y OR $y IN b.aliases OR $y IN b.acronyms
MATCH (a)-[r]->(b)
RETURN DISTINCT 1 AS steps, type(r) AS first, '' AS via, '' AS name, '' AS second
UNION
MATCH (a:Concept) WHERE a.id = $x OR a.name = $x OR $x IN a.aliases OR $x IN a.acronyms
MATCH (b:Concept) WHERE b.id = $y OR b.name = $y OR $y IN b.aliases OR $y IN b.acronyms
MATCH (a)<-[r]-(b)
RETURN DISTINCT 1 AS steps, '^' + type(r) AS first, '' AS via, '' AS name, '' AS second
UNION
MATCH (a:Concept) WHERE a.id = $x OR a.name = $x OR $x IN a.aliases OR $x IN a.acronyms
MATCH (b:Concept) WHERE b.id = $y OR b.name = $y OR $y IN b.aliases OR $y IN b.acronyms
MATCH (a)<-[r]-(m:Paper)-[s]->(b)
RETURN DISTINCT 2 AS steps, '^' + type(r) AS first, m.id AS via, m.title AS name, type(s) AS second
UNION
MATCH (a:Concept) WHERE a.id = $x OR a.name = $x OR $x IN a.aliases OR $x IN a.acronyms
MATCH (b:Concept) WHERE b.id = $y OR b.name = $y OR $y IN b.aliases OR $y IN b.acronyms
MATCH (a)-[r]->(m:Concept)-[s]->(b)
RETURN DISTINCT 2 AS steps, type(r) AS first, m.id AS via, m.name AS name, type(s) AS second
UNION
MATCH (a:Concept) WHERE a.id = $x OR a.name = $x OR $x IN a.aliases OR $x IN a.acronyms
MATCH (b:Concept) WHERE b.id = $y OR b.name = $y OR $y IN b.aliases OR $y IN b.acronyms
MATCH (a)-[r]->(m:Concept)<-[s]-(b)
RETURN DISTINCT 2 AS steps, type(r) AS first, m.id AS via, m.name AS name, '^' + type(s) AS second
UNION
MATCH (a:Concept) WHERE a.id = $x OR a.name = $x OR $x IN a.aliases OR $x IN a.acronyms
MATCH (b:Concept) WHERE b.id = $y OR b.name = $y OR $y IN b.aliases OR $y IN b.acronyms
MATCH (a)<-[r]-(m:Concept)-[s]->(b)
RETURN DISTINCT 2 AS steps, '^' + type(r) AS first, m.id AS via, m.name AS name, type(s) AS second
UNION
MATCH (a:Concept) WHERE a.id = $x OR a.name = $x OR $x IN a.aliases OR $x IN a.acronyms
MATCH (b:Concept) WHERE b.id = $y OR b.name = $y OR $y IN b.aliases OR $y IN b.acronyms
MATCH (a)<-[r]-(m:Concept)<-[s]-(b)
RETURN DISTINCT 2 AS steps, '^' + type(r) AS first, m.id AS via, m.name AS name, '^' + type(s) AS second
