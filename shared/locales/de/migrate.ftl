migrate-pending =
    { $count ->
        [one] Die Migration { $missing } ist in dieser Datenbank noch nicht ausgeführt.
       *[other] { $count } Migrationen sind in dieser Datenbank noch nicht ausgeführt: { $missing }.
    } Das erledigt „worker migrate“.
migrate-edited = Die Migration { $file } wurde geändert, nachdem sie ausgeführt war (Prüfsumme damals { $recorded }, jetzt { $found }). Ausgeführtes ändert sich nie: Stellen Sie die Datei wieder her und schreiben Sie die Änderung in eine neue Migration.
migrate-failed = Die Migration { $file } ist in Zeile { $line } fehlgeschlagen: { $reason }. Sie gilt als nicht ausgeführt.
migrate-busy = Die Migration { $file } wartet in Zeile { $line } auf eine Tabelle, die zu lange in Benutzung ist. Sie ist nicht ausgeführt. Versuchen Sie es erneut, am besten wenn weniger los ist.
migrate-forbidden = Dieser Datenbankbenutzer darf nicht migrieren ({ $step }): { $reason }. Migrieren Sie als Eigentümer der Tabellen oder erteilen Sie das Recht.
migrate-read-only = Diese Datenbank ist schreibgeschützt und kann nicht migriert werden. Vielleicht ist sie ein Standby: Migrieren Sie den Primärserver.
migrate-no-schema = Kein Schema des Suchpfads existiert in dieser Datenbank. Legen Sie es an oder ändern Sie search_path.
migrate-database = Die Migration ist fehlgeschlagen ({ $step }): { $reason }.

migrate-state-applied = Ausgeführt
migrate-state-pending = Ausstehend
migrate-state-started = Begonnen oder abgebrochen
migrate-state-edited = Nachträglich geändert
migrate-state-unknown = Aus einer neueren Version
