"""Closed word lists of English that recognition reads by: function words, generic nouns, cue verbs.

Words, not names: no concept stands here.
"""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# May stand inside a name, never at its edge ("mixture of experts", "learning to rank").
FUNCTION_WORDS = _set(
    "a an the of for to in on by with from and or as at into via without between over under within through across per versus vs "
    "against among beyond before after up out off than that it is are be do does not no you your i me my all"
)
# Never begin nor end a name.
HARD_EDGES = FUNCTION_WORDS | _set(
    "this these those such its their our his her them they we he she who whom whose which what when where why how there here "
    "was were been being has have had having did can could may might must shall should will would cannot "
    "also both either neither however therefore thus hence moreover furthermore additionally while although though because "
    "since if unless until whether so too very then nor but except including include includes included e.g i.e etc eg ie "
    "et al given towards toward during upon onto along namely"
)
# Seldom begin or end a name: only where a hyphen ties them to it, or where the name is well known ("large language model").
SOFT_EDGES = _set(
    "each every some any many much more most few fewer less least several various other another same "
    "only just even still yet already often always never usually typically commonly widely recently currently previously "
    "finally first firstly second secondly third well rather quite almost nearly about around "
    "respectively specifically particularly based using used use uses useful like unlike due "
    "one two three four five six seven eight nine ten hundred thousand million billion "
    "propose proposes proposed introduce introduces introduced present presents presented show shows shown demonstrate "
    "demonstrates demonstrated achieve achieves achieved outperform outperforms outperforming provide provides provided "
    "improve improves improved develop develops developed study studies studied investigate investigates investigated explore "
    "explores explored address addresses addressed consider considers considered require requires required allow allows allowed "
    "enable enables enabled make makes made find finds found suggest suggests suggested lead leads leading led obtain obtained "
    "compare compared aim aims aimed seek seeks call called name named dubbed apply applies applied employ employs employed "
    "exploit exploits leverage leverages leveraging utilize utilizes utilizing describe describes described discuss analyze "
    "analyzes evaluate evaluates evaluated conduct conducted report reports reported remain remains become becomes became help "
    "helps need needs known "
    "new novel existing recent previous prior different important significant significantly better best effective effectively "
    "efficiently good great large larger small smaller high higher low lower able available possible simple easily directly "
    "competitive promising popular common main key major "
    "paper work works way ways result results fact number amount order terms case cases experiment experiments authors"
)

# Classes of words around a mention, by which its role is read. Order is part of the trained models: append only.
CUE_CLASSES: tuple[tuple[str, frozenset[str]], ...] = (
    ("indefinite", _set("a an")),
    ("definite", _set("the")),
    ("own", _set("our we us this these ours")),
    ("propose", _set("propose proposes proposed proposing introduce introduces introduced introducing present presents presented "
                     "presenting develop develops developed developing release releases released releasing design designs designed "
                     "designing devise devises devised construct constructs constructed constructing create creates created contribute "
                     "contributes unveil offer offers formulate formulates formulated describe describes publish build suggest")),
    ("name", _set("called named dubbed termed namely coined titled denoted abbreviated entitled referred call name term dub")),
    ("use", _set("use uses used using employ employs employed employing apply applies applied applying leverage leverages leveraged "
                 "leveraging adopt adopts adopted adopting utilize utilizes utilized utilizing exploit exploits exploiting utilizing "
                 "incorporate incorporates incorporating integrate integrates integrating combine combines combining combined extend "
                 "extends extending inspired adapt adapts adapting")),
    ("base", _set("based built builds upon top atop powered relies rely relying derived initialized backbone extension variant variants")),
    ("evaluate", _set("evaluate evaluates evaluated evaluating evaluation evaluations experiment experiments experimental tested test "
                      "testing validate validated validation empirical empirically verify demonstrate benchmarked results conducted")),
    ("compare", _set("outperform outperforms outperformed outperforming compare compares compared comparing comparison comparable than "
                     "surpass surpasses surpassing surpassed baseline baselines versus vs against over exceed exceeds exceeding rival "
                     "rivals competitive competitors alternatives beats superior")),
    ("for", _set("for toward towards")),
    ("on", _set("on in across")),
    ("with", _set("with by via through without")),
    ("such", _set("such as like including e.g include includes eg")),
    ("and", _set("and or as")),
    ("of", _set("of to into from between within")),
    ("be", _set("is are was were be being been becomes become")),
    ("dataset", _set("dataset datasets corpus corpora benchmark benchmarks collection collections treebank testbed suite leaderboard")),
    ("model", _set("model models network networks architecture architectures encoder encoders decoder transformer transformers backbones "
                   "classifier classifiers llm llms net nets")),
    ("method", _set("method methods algorithm algorithms framework frameworks approach approaches technique techniques loss losses system "
                    "systems library toolkit tool tools strategy strategies scheme schemes procedure mechanism mechanisms module modules "
                    "pipeline paradigm objective theory estimator optimizer package software layer layers")),
    ("task", _set("task tasks problem problems challenge challenges application applications setting settings scenario scenarios domain")),
    ("metric", _set("score scores metric metrics measure measures accuracy rate rates terms error errors index")),
    ("train", _set("train trained training trains pretrain pretrained pretraining finetune finetuned fine tuned tune tuned tuning learn "
                   "learned pre")),
    ("existing", _set("existing previous prior conventional traditional standard classical classic recent current popular modern "
                      "state widely well known vanilla")),
    ("address", _set("address addresses addressed addressing tackle tackles tackled tackling solve solves solved solving study studies "
                     "studied investigate investigates explore explores focus focuses consider considers analyze examine examines "
                     "revisit understanding towards mitigate alleviate overcome")),
    ("achieve", _set("achieve achieves achieved achieving improve improves improved improving performance improvement improvements gain "
                     "gains reduces reduce reduction increase state sota best")),
    ("et", _set("et")),
)  # fmt: skip
# Names of languages, peoples and places: capitalised like names of models, but seldom what a paper is linked to by themselves.
PLACES = _set(
    "afrikaans albanian amharic arabic armenian assamese azerbaijani bangla basque belarusian bengali bosnian breton bulgarian burmese "
    "cantonese catalan cebuano chinese croatian czech danish dutch english esperanto estonian faroese farsi filipino finnish flemish "
    "french frisian galician georgian german greek guarani gujarati haitian hausa hawaiian hebrew hindi hungarian icelandic igbo "
    "indonesian inuktitut irish italian japanese javanese kannada kazakh khmer kinyarwanda korean kurdish kyrgyz lao latin latvian "
    "lingala lithuanian luganda luxembourgish macedonian malagasy malay malayalam maltese mandarin manipuri maori marathi mongolian "
    "nepali norwegian odia oromo pashto persian polish portuguese punjabi quechua romanian russian sami samoan sanskrit scots serbian "
    "shona sindhi sinhala slovak slovene slovenian somali sorbian spanish sundanese swahili swedish tagalog tajik tamil tatar telugu "
    "thai tibetan tigrinya tswana turkish turkmen twi ukrainian urdu uyghur uzbek vietnamese welsh wolof xhosa yiddish yoruba zulu "
    "african american asian australian austrian brazilian british canadian chilean colombian egyptian european indian iranian israeli "
    "kenyan mexican nigerian pakistani swiss western "
    "africa america argentina asia australia austria bangladesh belgium brazil britain california canada chile china colombia denmark "
    "egypt england ethiopia europe finland france germany ghana greece hungary iceland india indonesia iran iraq ireland israel italy "
    "japan kenya korea london malaysia mexico morocco nepal netherlands nigeria norway pakistan paris peru philippines poland portugal "
    "romania russia scotland serbia singapore slovenia spain sweden switzerland syria taiwan tanzania thailand turkey uganda uk ukraine "
    "us usa vietnam wales york"
)
#: Endings of words that are seen of a name's last word. Order is part of the trained models: append only, 31 at most.
SUFFIXES: tuple[str, ...] = (
    "ing", "tion", "sion", "ment", "ity", "ness", "ance", "ence", "ism", "er", "or", "ics", "gan", "net", "bert", "former",
    "bench", "qa", "ed", "al", "ive", "ous", "ly", "ure", "sis", "age", "th",
)  # fmt: skip
CUE_NAMES: tuple[str, ...] = ("none", *(name for name, _ in CUE_CLASSES))
CUES: dict[str, int] = {}
for _index, (_, _members) in enumerate(CUE_CLASSES, start=1):
    for _word in _members:
        CUES.setdefault(_word, _index)
CUE: dict[str, int] = {name: index for index, name in enumerate(CUE_NAMES)}
