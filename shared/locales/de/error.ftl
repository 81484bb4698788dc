# Why executions and side tasks ended as they did. Stored in English with what each was made of, and told in the reader's
# language.

error-timeout = Hat länger als { $limit } gedauert
error-cancelled = Jemand hat darum gebeten, sie zu beenden
error-cancelled-waiting = Vor dem Start abgebrochen von { $actor }
error-superseded = Ein späterer Termin ist an die Stelle getreten
error-interrupted = Der Runner hat angehalten
error-lease-lost = Der Runner konnte die Datenbank nicht erreichen
error-runner-lost = Der Runner { $runner } ging währenddessen verloren
error-worker-lost = Der Worker, auf dem sie lief, ging verloren
error-defect = Im Runner kam es zu einer Panic; das ist ein Fehler in Downbeat
error-task-unknown = Dieses Programm kennt die Aufgabe nicht
error-dependency-failed = { $task } wurde nicht abgeschlossen
error-panicked = Panic: { $message }
error-panicked-silently = Panic ohne Meldung
error-schedule-function-failed = Die Zeitplan-Funktion { $function } ist fehlgeschlagen: { $error }
error-schedule-function-slow = Die Zeitplan-Funktion { $function } hat zu lange gedauert
error-ownership-lost = Diese Ausführung wurde einem anderen Runner übergeben

# A setting and why it is refused.
error-setting = { $path }: { $reason }
error-report-not-json = Der Bericht lässt sich nicht als JSON schreiben: { $reason }
error-checkpoint-not-json = Der Zwischenstand lässt sich nicht als JSON schreiben: { $reason }
error-checkpoint-too-large = { $bytes ->
    [one] Ein Zwischenstand hat höchstens { $most } Bytes, dieser hat { $bytes } Byte
   *[other] Ein Zwischenstand hat höchstens { $most } Bytes, dieser hat { $bytes } Bytes
}
error-checkpoint-unreadable = Der Zwischenstand ist nicht lesbar: { $reason }

# Side tasks.
error-ended-early = Sie hat geendet, obwohl niemand darum gebeten hatte
error-unhealthy = { $count ->
    [one] { $count } Gesundheitsprüfung ist fehlgeschlagen: { $error }
   *[other] { $count } Gesundheitsprüfungen hintereinander sind fehlgeschlagen: { $error }
}
error-no-health-answer = Keine Antwort innerhalb von { $limit }
error-restart-storm = { $restarts ->
    [one] { $restarts } Neustart innerhalb von { $span }, und wieder ein Ende: { $error }
   *[other] { $restarts } Neustarts innerhalb von { $span }, und wieder ein Ende: { $error }
}

# Of http-check.
error-targets-failed = { $failed } von { $all } fehlgeschlagen: { $targets }
error-target = { $url }: { $error }
error-target-invalid = eine ungültige Adresse
error-target-answered = hat mit { $status } geantwortet statt mit { $expected }
error-target-answered-no-success = hat mit { $status } geantwortet statt mit 200 bis 299
error-target-slow = hat { $latency } ms gebraucht, erlaubt sind { $most } ms
error-target-redirects = zu viele Weiterleitungen
error-target-certificate-expired = das Zertifikat ist abgelaufen
error-target-certificate-not-yet-valid = das Zertifikat ist noch nicht gültig
error-target-certificate-of-other-host = das Zertifikat gilt für einen anderen Host
error-target-certificate-unknown = niemand, dem dieses Programm vertraut, hat das Zertifikat unterschrieben
error-target-certificate-refused = das Zertifikat wird abgelehnt: { $reason }
error-target-not-asked = ließ sich nicht befragen: { $reason }

error-refused = die Verbindung wurde abgelehnt
error-broken-off = die Verbindung ist abgebrochen
error-host-not-found = der Host wurde nicht gefunden
error-silent = es kam nicht rechtzeitig eine Antwort
error-none-free = keine Verbindung wurde rechtzeitig frei
error-address-in-use = die Adresse ist belegt
error-address-elsewhere = dieser Rechner hat diese Adresse nicht
error-not-permitted = das ist nicht erlaubt
error-not-there = diese Datei oder diesen Ordner gibt es nicht
error-no-such-database = eine Datenbank dieses Namens hat der Server nicht
error-login-refused = der Server akzeptiert diesen Benutzer oder dieses Passwort nicht
