/** The script of the pages that `kg site` writes. Pages say everything without it; it adds search, hints, reports and the choice of colours. */

import { Index, scripts } from "./index.ts";
import { reportLinks } from "./report.ts";
import { searchField } from "./search.ts";
import { theme } from "./theme.ts";
import { tips } from "./tips.ts";

const root = document.body.dataset["root"] ?? "";
const index = new Index(scripts(`${root}search/`));
const fields = ["search-start", "search"].flatMap((id) => document.getElementById(id) ?? []);
// the first field is the one that / leads to
fields.forEach((host, n) => searchField(host, root, index, n === 0));
const colours = document.getElementById("theme");
if (colours) theme(colours);
tips();
reportLinks(index);
document.body.dataset["ready"] = "yes";
