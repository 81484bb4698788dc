# Warum eine Aufgabe lief oder nicht lief.

## Was daraus wurde, in einem Wort

tasks-verdict-ran = Gelaufen
tasks-verdict-ran-late = Verspätet gelaufen
tasks-verdict-running = Läuft
tasks-verdict-waiting = Wartet
tasks-verdict-skipped = Übersprungen
tasks-verdict-blocked = Blockiert
tasks-verdict-failed = Fehlgeschlagen
tasks-verdict-cancelled = Abgebrochen
tasks-verdict-not-due = Nicht fällig
tasks-verdict-nobody-decided = Von niemandem entschieden
tasks-verdict-not-recorded = Nicht vermerkt
tasks-verdict-disabled = Abgeschaltet
tasks-verdict-paused = Pausiert
tasks-verdict-maintenance = Wartung
tasks-verdict-retired = Nicht mehr im Code

explain-headline-slot = { $verdict }: { $task }, Termin { $slot }
explain-headline-moment = { $verdict }: { $task }, { $at }

# Stehen nach „von“ und „auf“.
explain-somebody = jemandem
explain-some-runner = einem nicht mehr bekannten Runner

## Was geschah

explain-by-hand = Am { $at } wurde von Hand darum gebeten.
explain-completed =
    { $attempt ->
        [1] Start am { $started } auf { $runner }, abgeschlossen, Dauer: { $took }.
       *[other] Versuch { $attempt }: Start am { $started } auf { $runner }, abgeschlossen, Dauer: { $took }.
    }
explain-runs =
    { $attempt ->
        [1] Läuft seit { $since } auf { $runner }.
       *[other] Versuch { $attempt } läuft seit { $since } auf { $runner }.
    }
explain-attempt-failed = Versuch { $attempt } von { $of } schlug am { $at } auf { $runner } fehl: { $error } ({ $code })
explain-runner-lost = Versuch { $attempt } auf { $runner } ging mit seinem Runner verloren, der am { $at } tot aufgefunden wurde.
explain-interrupted = Versuch { $attempt } auf { $runner } wurde am { $at } unterbrochen: Der Host hielt an, oder dem Puls blieb keine Zeit.
explain-cancelled-by = Abgebrochen von { $by } am { $at }.
explain-superseded = Am { $at } trat ein späterer Termin an seine Stelle.
explain-last-attempt =
    { $attempts ->
        [one] Es gab nur diesen Versuch.
       *[other] Das war der letzte von { $attempts } Versuchen.
    }
explain-not-retried = Ein solcher Fehler wird nicht erneut versucht.
explain-not-undone = Das Getane sollte rückgängig gemacht werden und wurde es nicht: { $status }.
explain-skipped-at = Am { $at } wurde auf { $runner } entschieden, ihn nicht auszuführen.
explain-blocked-at = Am { $at } wurde auf { $runner } entschieden, dass er nicht laufen kann.
explain-waits = Steht seit { $since } in der Warteschlange.
explain-undecided = Der Termin ist seit { $due } fällig, und niemand hat über ihn entschieden.
explain-never-decided = Der Termin war am { $due } fällig, und niemand hat damals über ihn entschieden.
explain-yet-to-come = Der Termin ist erst am { $due } fällig.
explain-no-row = Von diesem Termin ist kein Eintrag übrig.

## Warum

explain-late = Der Start kam { $late } nach der Fälligkeit am { $due }.
explain-starts-spread = Die Starts von Aufgaben werden verteilt; diese startet jeweils { $offset } nach ihrem Termin.
explain-no-runner = Von { $from } bis { $until } lebte kein Runner.
explain-no-runner-until = Bis { $until } lebte kein Runner.
explain-no-runner-since = Seit { $from } lebt kein Runner.
explain-no-runner-ever = Es war kein Runner da.
explain-no-pulse = Nach dem Puls vom { $from } kam der nächste erst am { $until }.
explain-no-pulse-since = Der letzte Puls kam am { $from }, seither keiner.
explain-not-taken = Was lebte, nahm ihn nicht an: { $runners }. Dort waren alle Plätze belegt, oder die Aufgabe ist dort nicht bekannt.
explain-bound-to =
    { $hosts ->
        [function] Sie läuft nur in serverlosen Funktionen.
       *[worker] Sie läuft nur auf dauerhaften Maschinen.
    }
explain-not-taken-unknown = Was ihn aufhielt, ist nicht vermerkt.
explain-previous-instance = Der vorige Lauf, zum Termin { $slot }, lief auf { $runner } von { $since } bis { $until }.
explain-previous-instance-runs = Der vorige Lauf, zum Termin { $slot }, läuft auf { $runner } seit { $since }.
explain-previous-waiting = Vor ihm wartete der Termin { $slot }.
explain-queue-full =
    { $limit ->
        [one] Es wartete schon { $limit } Termin, und mehr dürfen nicht warten.
       *[other] Es warteten schon { $limit } Termine, und mehr dürfen nicht warten.
    }
explain-missed = Als jemand nachsah, war er vorbei und wird nicht nachgeholt: { $policy }, höchstens { $window } alt.
explain-stood-for = An seiner Stelle lief der Termin { $slot }.
explain-stood-for-later = An seiner Stelle lief ein späterer Termin.
explain-together = Er wurde zusammen mit anderen vermerkt, in einem Eintrag mit dem Termin { $slot }.
explain-stands-for =
    { $missed ->
        [one] Damit wurde { $missed } Termin nachgeholt, der verstrich, während nichts lief.
       *[other] Damit wurden { $missed } Termine nachgeholt, die verstrichen, während nichts lief.
    }
explain-paused = Die Aufgabe war pausiert, veranlasst von { $by }, von { $since } bis { $until }.
explain-paused-open = Die Aufgabe wurde von { $by } am { $since } pausiert, ohne festes Ende.
explain-paused-unknown = Die Aufgabe war pausiert.
explain-maintenance = Das ganze System war in Wartung, veranlasst von { $by }, von { $since } bis { $until }.
explain-maintenance-open = Das ganze System wurde von { $by } am { $since } in Wartung versetzt, ohne festes Ende.
explain-maintenance-unknown = Das ganze System war in Wartung.
explain-parent-failed = Er hängt von „{ $parent }“ ab; deren Termin { $slot } endete so: { $status }.
explain-parent-failed-error = Er hängt von „{ $parent }“ ab; deren Termin { $slot } endete so: { $status } ({ $error }).
explain-parent-never-ran = Er hängt von „{ $parent }“ ab, und davon war noch kein Termin entschieden.
explain-parent-awaited = Er wartet auf „{ $parent }“, über deren Termin noch nicht entschieden ist.
explain-parent-awaited-slot = Er wartet auf „{ $parent }“, deren Termin { $slot } in der Warteschlange steht.
explain-parent-awaited-running = Er wartet auf „{ $parent }“, deren Termin { $slot } auf { $runner } läuft.
explain-parent-ended = Er wartete auf „{ $parent }“; das endete am { $at } auf { $runner }.
explain-limit-full =
    { $most ->
        [one] Mit „{ $limit }“ darf höchstens { $most } Aufgabe zugleich laufen; den Platz hatte: { $holders }.
       *[other] Mit „{ $limit }“ dürfen höchstens { $most } Aufgaben zugleich laufen; die Plätze hatten: { $holders }.
    }
explain-budget-spent = Dem Puls, der am { $at } nachsah, blieb zu wenig Zeit; er stellte ihn in die Warteschlange.
explain-cancel-asked = Der Abbruch wurde von { $by } am { $at } verlangt.
explain-stuck = Der Lauf sollte enden und blockiert seit { $since } seinen Thread.
explain-runner-silent = Auf { $runner } gab es seit { $since } kein Lebenszeichen.
explain-other-reason = Der vermerkte Grund: { $reason }.
explain-function-said-no = Die Funktion { $function } sagte nein oder wurde nicht gefragt.
explain-disabled = Die Aufgabe wurde von { $by } am { $since } abgeschaltet.
explain-disabled-unknown = Die Aufgabe wurde im Betrieb abgeschaltet.
explain-disabled-in-code = Die Aufgabe ist im Code abgeschaltet.
explain-retired = Die Aufgabe verschwand am { $since } aus dem Code.
explain-history-begins = Der Verlauf der Aufgabe beginnt am { $at }.
explain-thinned = Von dieser Aufgabe werden abgeschlossene Läufe nur alle { $interval } aufgehoben.
explain-definition-changed = Was für die Aufgabe gilt, wurde danach geändert, zuletzt am { $at }.
explain-by-hand-only = Die Aufgabe hat keinen Zeitplan; sie läuft nur von Hand.
explain-no-slot-yet = Seit die Aufgabe hier bekannt ist, kam noch kein Termin.
explain-not-before = Vor { $at } hat die Aufgabe keine Termine.
explain-not-after = Nach { $at } hat die Aufgabe keine Termine.

## Was folgt

explain-schedule-changed = Der Zeitplan wurde von { $by } am { $at } geändert, von { $before } zu { $after }.
explain-no-schedule = keinem
explain-run-by-hand-since = Am { $at } wurde von Hand um einen Lauf gebeten; daraus wurde: { $status }.
explain-next-attempt = Versuch { $attempt } von { $of } darf am { $at } beginnen.
explain-decided-next = Wer als Nächstes nachsieht, entscheidet über ihn. Verstrichene Termine: { $policy }, höchstens { $window } alt.
explain-next-slot = Der nächste Termin ist { $slot }.
explain-no-next-slot = Es gibt keinen nächsten Termin.
