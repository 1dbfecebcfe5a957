"""What a table with a mapping can tell, by kind: each part's title, what its cells hold, and the words of its headers.

Header words are English, German, French and Spanish, in lower case and without accents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from dashboard.importers.frames import event_rows, run_rows
from dashboard.schemas import Kind

Content = Literal["text", "word", "instant", "day", "clock", "length", "number", "flag"]


@dataclass(frozen=True)
class Part:
    """Something that a column can tell of each row."""

    title: str
    words: str  # of headers, as a regular expression
    content: Content = "text"
    weak_words: str = ""  # of headers that count only where no other part takes the column
    is_rare: bool = False  # in a fold of the page, unless a column is proposed for it
    tells: int = 0  # how much a column of this part says that the table is of this kind
    sure_words: str = ""  # of headers that say so once more: no table of times has them
    # Of a word: each one allowed, and what other tools call it.
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class MappedKind:
    """What a table of one kind can tell, and what it has to."""

    title: str
    needs: str  # in a sentence
    parts: Mapping[str, Part]
    required: tuple[tuple[tuple[str, ...], str], ...]  # one of these parts, and what the mapping does not say else
    filled: tuple[str, ...] = ()  # parts that the lead may give for all rows whose cell is empty


PERSON = (
    "person|user|employee|member|worker|name|mitarbeiter(in)?|benutzer|bearbeiter|utilisateur|employe|"
    "collaborateur|nom|usuario|empleado|persona|nombre|full name|user ?name|team member|"
    "author|consultant|autor|auteur|who"
)
EMAIL = "e-?mail|courriel|correo"
PROJECT = "project( name)?|projekt|projet|proyecto"
STARTED = "start(ed)?( at)?|logged (at|on)|time started|begin|beginn|start ?date ?time|from|debut|inicio"
START_DATE = "start date|startdatum|date de debut|fecha de inicio"
START_TIME = "start time|(clock|check|time) ?in|startzeit|von|heure de debut|hora de inicio"
DAY = "date|day|work ?date|datum|dato|tag|arbeitstag|jour|fecha|dia"
END_TIME = "(end|stop) time|(clock|check|time) ?out|endzeit|bis|heure de fin|hora de fin"
MACHINE_STAMP = "time ?stamp|date ?time|zeitstempel|zeitpunkt|horodatage|marca de tiempo|fecha y hora"
FINISHED = (
    "(finished|completed|submitted|ended|labell?ed|annotated|done)( at| on| time)?"
    "|(completion|submission|end) (time|date)|end|stop|to|ende|enddatum|beendet( am)?|fertig( am)?|abgeschlossen( am)?"
    "|fin(i le)?|termine( le)?|date de fin"
    f"|terminado( el)?|fecha de fin|{MACHINE_STAMP}"
)
CREATED = "(created|updated)( at| on| date)?|erstellt( am)?|cree le|creado( el)?"
SECONDS = "(duration )?sec(ond)?s?|sekunden|secondes|segundos|(duration|time spent) \\(?s(ec(onds)?)?\\)?"
MINUTES = "(duration )?min(ute)?s?|minuten|minutos|duration \\(?m(in(utes)?)?\\)?"
SPENT = "(spent|logged|worked|tracked)"
HOURS = (
    f"(total |decimal |{SPENT} )?hours?( {SPENT})?|stunden|heures|horas|timer|timmar|uren|std"
    "|duration \\((decimal|hours|h)\\)"
    f"|(time|time {SPENT}|{SPENT} time) \\((h|hours|hrs)\\)|(arbeits)?(zeit|dauer|aufwand) \\((h|std|stunden)\\)"
    "|(temps|duree) \\((h|heures)\\)|(tiempo|duracion) \\((h|horas)\\)"
)
DURATION = (
    f"duration( h:mm?(:ss)?)?|time( {SPENT})?|{SPENT} time|dauer|aufwand|zeit|arbeitszeit|duree|temps( passe)?"
    "|duracion|tiempo"
)
ITEM = (
    "(item|image|img|picture|photo|frame|clip|video|document|doc|sample|example|data ?row|record|asset|data ?point)"
    "( ?(id|name|path|file))?|file( ?(name|path))?|bild(datei|name)?|datei(name)?|dokument|beispiel|stichprobe|fichier"
    "|exemple|echantillon|archivo|imagen|documento|ejemplo|muestra"
)
REVIEWER = "reviewer( ?(id|name))?|reviewed by|prufer(in)?|gepruft von|relecteur|relectrice|revisor"
ANNOTATOR = (
    "(annotator|labell?er)( ?(id|name))?|(annotated|labell?ed) by|annotiert von|annotateur|annotatrice|anotador"
    f"|etiquetador|{REVIEWER}"
)
LABEL_COUNTS = (
    "labels?( used| count)?|(num|number of|n) (labels?|training (samples|examples))|n train"
    "|train(ing)? (size|set size|samples|examples|images)|anzahl labels|nombre d.etiquettes|numero de etiquetas"
)

OUTCOME_WORDS: Final = {
    "submitted": (
        "done", "complete", "completed", "finished", "submit", "labeled", "labelled", "annotated", "fertig", "erledigt",
        "abgeschlossen", "termine", "fini", "terminado", "completado", "hecho",
    ),
    "skipped": ("skip", "ubersprungen", "saute", "passe", "omitido", "saltado"),
    "cancelled": ("canceled", "cancel", "abgebrochen", "annule", "cancelado"),
    "accepted": (
        "ok", "okay", "accept", "approve", "approved", "pass", "passed", "akzeptiert", "angenommen", "freigegeben",
        "accepte", "approuve", "valide", "aceptado", "aprobado",
    ),
    "rejected": (
        "ng", "not ok", "reject", "refused", "redo", "sent back", "abgelehnt", "zuruckgewiesen", "refuse", "rejete",
        "rechazado",
    ),
    "fixed": ("fix", "fixed and accepted", "corrected", "korrigiert", "corrige", "corregido"),
    "draft": ("in progress", "wip", "entwurf", "in arbeit", "brouillon", "en cours", "borrador", "en curso"),
    "deleted": ("delete", "removed", "geloscht", "supprime", "eliminado"),
    "assigned": ("todo", "to do", "zugewiesen", "assigne", "asignado"),
}  # fmt: skip
METHOD_WORDS: Final = {
    "manual": ("human", "hand", "by hand", "manually", "manuell", "von hand", "manuel", "a la main", "a mano"),
    "pre-annotated": (
        "preannotated", "pre-labeled", "pre-labelled", "prelabeled", "pre-label", "prelabel", "model-assisted",
        "assisted", "ai-assisted", "vorannotiert", "preannote", "preanotado",
    ),
    "automatic": (
        "auto", "model", "machine", "ai", "ki", "ia", "ml", "llm", "automated", "automatisch", "maschine", "modell",
        "automatique", "machine", "modele", "automatico", "maquina", "modelo",
    ),
    "active_learning": ("active", "al", "aktives lernen", "apprentissage actif", "aprendizaje activo"),
    "weak": ("weak supervision", "labeling function", "rule", "rules", "heuristic", "regel", "regle", "regla"),
    "synthetic": ("generated", "synthetisch", "synthetique", "sintetico"),
    "imported": ("import", "importiert", "importe", "importado"),
    "unknown": ("?", "n/a", "na", "unbekannt", "inconnu", "desconocido"),
}  # fmt: skip
STAGE_WORDS: Final = {
    "annotate": (
        "annotation", "annotating", "label", "labeling", "labelling", "annotieren", "etiquetage", "anotacion",
        "etiquetado",
    ),
    "review": (
        "qa", "qc", "check", "reviewing", "verification", "validation", "prufung", "kontrolle", "revision", "controle",
        "relecture",
    ),
    "rework": ("fix", "correction", "correcting", "nacharbeit", "korrektur", "reprise", "correccion"),
    "adjudicate": ("adjudication", "arbitration", "consensus", "acceptance", "schiedsspruch", "arbitrage", "arbitraje"),
}  # fmt: skip
SUGGESTION_WORDS: Final = {
    "unchanged": ("accepted", "kept", "same", "as is", "unverandert", "inchange", "sin cambios"),
    "edited": ("changed", "modified", "corrected", "geandert", "bearbeitet", "modifie", "editado", "modificado"),
    "rejected": ("discarded", "deleted", "verworfen", "rejete", "rechazado"),
    "none": ("no", "keine", "aucune", "ninguna"),
    "unknown": ("?", "n/a", "na", "unbekannt", "inconnu", "desconocido"),
}
STATE_WORDS: Final = {
    "finished": (
        "success", "succeeded", "successful", "completed", "complete", "done", "ok", "fertig", "abgeschlossen",
        "termine", "reussi", "terminado", "completado",
    ),
    "failed": ("error", "failure", "crashed", "fehlgeschlagen", "fehler", "echoue", "erreur", "fallido"),
    "killed": ("stopped", "aborted", "cancelled", "canceled", "terminated", "abgebrochen", "annule", "cancelado"),
    "running": ("in progress", "active", "started", "lauft", "en cours", "en curso"),
    "scheduled": ("pending", "queued", "waiting", "geplant", "planifie", "programado"),
    "deleted": ("removed", "geloscht", "supprime", "eliminado"),
}  # fmt: skip

TIME_PARTS: Final[dict[str, Part]] = {
    "person": Part("Person", PERSON),
    "day_on": Part("Day", DAY, "day"),
    "started_at": Part("Start (day and time)", STARTED, "instant", weak_words=START_TIME),
    "start_date": Part("Start day", START_DATE, "day"),
    "start_time": Part("Start time", START_TIME, "clock"),
    "ended_at": Part(
        "End (day and time)", "end(ed)?( at)?|time ended|stop|ende|to|fin|bis datum", "instant", weak_words=END_TIME
    ),
    "end_time": Part("End time", END_TIME, "clock"),
    "duration": Part("Length (h:mm, 1.5 h or the like)", DURATION, "length"),
    "hours": Part("Length in hours", HOURS, "length"),
    "minutes": Part("Length in minutes", MINUTES, "length"),
    "seconds": Part("Length in seconds", SECONDS, "length"),
    "project": Part("Project", PROJECT),
    "task": Part(
        "Task or issue",
        "task( name| title)?|activity( name| type)?|issue( key| title)?|ticket|aufgabe|tatigkeit|tache|activite|tarea"
        "|actividad",
    ),
    "description": Part(
        "Description",
        "(work )?description|notes?|comments?|beschreibung|bemerkung|notiz|kommentar|commentaires?|"
        "descripcion|comentarios?|summary|details",
    ),
    "tags": Part("Tags", "tags?|labels?|schlagworte|etiquettes?|etiquetas?"),
    "client": Part("Client", "client|customer|kunde|cliente|account"),
    "category": Part("Category", "categor(y|ie|ia)|kategorie"),
    "email": Part("E-mail", EMAIL, is_rare=True),
    "end_date": Part("End day", "end date|enddatum|date de fin|fecha de fin", "day", is_rare=True),
    "billable": Part("Billable", "billable\\??|abrechenbar|facturable", is_rare=True),
    "native_id": Part("Number of the entry", "id|entry id|uuid", is_rare=True),
}
LABEL_PARTS: Final[dict[str, Part]] = {
    "item": Part(
        "Item (image, text ...)",
        ITEM,
        weak_words="task|aufgabe|tache|tarea|id|text|url|uid|name",
        tells=1,
        sure_words="(image|img|picture|photo|frame|clip|video|sample|data ?row|data ?point|item)( ?(id|name|path|file))"
        "|image|img|picture|photo|frame|clip|sample|bild(datei|name)?|echantillon|imagen|muestra|stichprobe",
    ),
    "person": Part(
        "Person",
        f"{PERSON}|{ANNOTATOR}|(completed|created|submitted) by|worker id",
        sure_words=ANNOTATOR,
    ),
    "finished_at": Part("Finished (day and time)", FINISHED, "instant", weak_words=CREATED),
    "started_at": Part("Start (day and time)", f"{STARTED}|opened( at)?", "instant"),
    "day_on": Part("Day", f"{DAY}|finish date|{START_DATE}", "day"),
    "finished_time": Part("Finish time", f"{END_TIME}|uhrzeit|heure|hora|clock|time", "clock", is_rare=True),
    "start_time": Part("Start time", START_TIME, "clock", is_rare=True),
    "duration": Part("Length", f"{DURATION}|lead ?time|elapsed( time)?|active time|working time", "length"),
    "method": Part(
        "Method",
        "method|(label(l)?ing|annotation|label) (method|source)|methode|metodo|source|origin|created via|mode|herkunft"
        "|quelle|origine|origen",
        "word",
        tells=1,
        values=METHOD_WORDS,
    ),
    "outcome": Part(
        "Outcome",
        "outcome|((review|annotation|label) )?(status|result)|state|decision|action|verdict|ergebnis|zustand|resultat"
        "|statut|etat|resultado|estado|entscheidung",
        "word",
        tells=1,
        values=OUTCOME_WORDS,
    ),
    "stage": Part(
        "Stage", "(workflow )?(stage|step|phase)|event( type)?|schritt|stufe|etape|etapa|fase", "word", tells=1,
        values=STAGE_WORDS,
    ),
    "suggestion": Part(
        "Suggestion",
        "suggestion( (outcome|status))?|prediction (outcome|status)|vorschlag|sugerencia",
        "word",
        is_rare=True,
        tells=1,
        values=SUGGESTION_WORDS,
    ),
    "project": Part("Project", PROJECT),
    "dataset": Part(
        "Dataset",
        "data ?set( name)?|batch( ?(id|name))?|datensatz|jeu de donnees|conjunto( de datos)?|lot|lote",
        is_rare=True,
    ),
    "label_kind": Part(
        "Kind of label", "(label|annotation|task) (kind|type)|kind|type|shape|art|typ|forme|tipo", is_rare=True, tells=1
    ),
    "objects": Part(
        "Objects in the item",
        "objects?|object count|boxes|shapes|regions|(num(ber of)?|n) (objects|boxes|shapes|regions|annotations)|objekte"
        "|anzahl( objekte)?|(nombre d.)?objets|(numero de )?objetos",
        "number",
        is_rare=True,
        tells=1,
    ),
    "answer": Part(
        "Answer",
        "answer|labels?|class(es)?|categor(y|ie|ia)|kategorie|etikett|klasse|antwort|etiquette|classe|reponse|etiqueta"
        "|clase|respuesta",
        is_rare=True,
        tells=1,
    ),
    "model": Part("Model", "model( (name|version))?|modell|modele|modelo", is_rare=True),
    "automation": Part("Automation", "automation|automatisierung|automatisation|automatizacion", is_rare=True),
    "edit_share": Part("Share edited (0 to 1)", "edit share|edit(ed)? ratio", "number", is_rare=True),
    "holdout": Part("Hold-out", "hold ?out|holdout", "flag", is_rare=True),
    "eligible": Part("Could be automatic", "eligible", "flag", is_rare=True),
    "gold_score": Part("Score against gold", "gold score|gold|accuracy|score", "number", is_rare=True),
    "agreement": Part("Agreement", "agreement|iaa|ubereinstimmung|accord|acuerdo", "number", is_rare=True),
    "difficulty": Part("Difficulty", "difficulty|schwierigkeit|difficulte|dificultad", "number", is_rare=True),
    "media_seconds": Part(
        "Length of the media in seconds", "(media|audio|video) (seconds|length|duration)", "number", is_rare=True
    ),
    "annotation": Part("Number of the label", "(annotation|label)( ?id)?", is_rare=True),
    "about": Part("Label reviewed", "about|parent( (id|annotation))?", is_rare=True),
    "tokens": Part("Tokens", "(total )?tokens", "number", is_rare=True),
    "cost": Part("Cost", "cost|price|kosten|preis|cout|prix|coste|precio", "number", is_rare=True),
    "currency": Part("Currency", "currency|wahrung|devise|moneda", is_rare=True),
    "email": Part("E-mail", EMAIL, is_rare=True),
    "hours": Part("Length in hours", HOURS, "length", is_rare=True),
    "minutes": Part("Length in minutes", MINUTES, "length", is_rare=True),
    "seconds": Part("Length in seconds", SECONDS, "length", is_rare=True),
    "milliseconds": Part(
        "Length in milliseconds",
        "milliseconds?|ms|millis|millisekunden|(duration|time|lead ?time) \\(?ms\\)?",
        "length",
        is_rare=True,
    ),
    "native_id": Part("Number of the event", "event id", weak_words="id|uuid", is_rare=True),
}  # fmt: skip
RUN_PARTS: Final[dict[str, Part]] = {
    "run": Part(
        "Run",
        "run( name)?|experiment( name)?|trial( name)?|(training )?job( name)?|lauf|versuch|essai|ejecucion|experimento",
        weak_words="name|model( name)?|modell|modele|modelo|run id|id",
        tells=1,
    ),
    "person": Part("Person", f"{PERSON}|owner|(started|created|run) by"),
    "started_at": Part(
        "Start (day and time)",
        f"{STARTED}|(start|creation) time|{MACHINE_STAMP}",
        "instant",
        weak_words=f"{CREATED}|{DAY}",
    ),
    "day_on": Part("Day", f"{DAY}|{START_DATE}", "day"),
    "start_time": Part("Start time", START_TIME, "clock", is_rare=True),
    "finished_at": Part("Finished (day and time)", f"{FINISHED}|end time", "instant"),
    "duration": Part("Length", f"{DURATION}|run ?time|elapsed( time)?|laufzeit", "length"),
    "state": Part("State", "state|status|zustand|statut|etat|estado", "word", tells=1, values=STATE_WORDS),
    "metric": Part("Name of the score", "metric( name)?|score name|metrik|metrique|metrica", tells=1),
    "value": Part(
        "Score", "(metric )?value|score|wert|valeur|valor|((val|test|eval|validation)[ ._/-]?)?"
        "(accuracy|acc|f1([ _-]score)?|macro f1|map|m?iou|auc|auroc|dice|bleu|rouge|wer|cer|perplexity)",
        "number",
        tells=1,
    ),
    "project": Part("Project", PROJECT),
    "labels_used": Part("Labels used", LABEL_COUNTS, "number", tells=1),
    "labels_synthetic": Part(
        "Of these, synthetic", "(labels synthetic|synthetic( labels)?|(num|n) synthetic)", "number", tells=1
    ),
    "code_version": Part("Version of the code", "code version|(git )?(commit|sha|hash)|revision|version", tells=1),
    "seed": Part("Seed", "(random )?seed|graine|semilla", "number", tells=1),
    "selection": Part(
        "Selection of labels", "selection|sampling( strategy)?|auswahl|seleccion", "word", is_rare=True, tells=1,
        values={
            "random": ("uniform", "zufallig", "aleatoire", "aleatorio"),
            "active": ("active learning", "aktiv", "actif", "activo"),
        },
    ),
    "pretraining": Part(
        "Pre-training", "pre-?training", "word", is_rare=True, tells=1,
        values={"none": ("no", "scratch"), "self-supervised": ("ssl", "self supervised")},
    ),
    "modeling_hours": Part("Hours of modeling", "model(l)?ing hours", "number", is_rare=True, tells=1),
    "parent_run": Part("Parent run", "parent( run)?( id)?", is_rare=True),
    "finished_time": Part("Finish time", END_TIME, "clock", is_rare=True),
    "email": Part("E-mail", EMAIL, is_rare=True),
    "hours": Part("Length in hours", HOURS, "length", is_rare=True),
    "minutes": Part("Length in minutes", MINUTES, "length", is_rare=True),
    "seconds": Part("Length in seconds", SECONDS, "length", is_rare=True),
    "milliseconds": Part(
        "Length in milliseconds", "milliseconds?|ms|(duration|run ?time) \\(?ms\\)?", "length", is_rare=True
    ),
    "native_id": Part("Number of the run", "", weak_words="run id|id|uuid", is_rare=True),
}  # fmt: skip

START_PARTS: Final = ("day_on", "started_at", "start_date")
LENGTH_PARTS: Final = ("milliseconds", "seconds", "hours", "minutes", "duration")
END_PARTS: Final = ("ended_at", "end_time")
MAPPED_KINDS: Final[dict[Kind, MappedKind]] = {
    "time_entry": MappedKind(
        "a time entry",
        "Choose a day or a start, and a length or an end.",
        TIME_PARTS,
        (
            (START_PARTS, "when an entry began"),
            ((*LENGTH_PARTS[1:], *END_PARTS), "how long an entry took"),
        ),
    ),
    "labeling_event": MappedKind(
        "a label or a review",
        "Choose the item, and a day or a time.",
        LABEL_PARTS,
        (
            (("item",), "what was labeled"),
            (("finished_at", "started_at", "day_on"), "when a label was made"),
        ),
        filled=("method", "stage"),
    ),
    "experiment_run": MappedKind(
        "an experiment run",
        "Choose the run, and a day or a start.",
        RUN_PARTS,
        (
            (("run",), "which run it was"),
            (("started_at", "day_on"), "when a run began"),
        ),
        filled=("state",),
    ),
}
WORDS: Final[dict[Kind, dict[str, tuple[str, ...]]]] = {  # of the native files: a mapped word is one of them
    "labeling_event": {part: event_rows.ALLOWED_WORDS[part] for part in LABEL_PARTS if LABEL_PARTS[part].values},
    "experiment_run": {
        "state": run_rows.STATES,
        "selection": run_rows.SELECTIONS,
        "pretraining": run_rows.PRETRAININGS,
    },
}
