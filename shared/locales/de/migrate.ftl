migrate-pending =
    { $count ->
        [one] Die Migration { $missing } ist in dieser Datenbank noch nicht ausgeführt.
       *[other] { $count } Migrationen sind in dieser Datenbank noch nicht ausgeführt: { $missing }.
    } Das erledigt „worker migrate“.
migrate-edited = Die Migration { $file } wurde geändert, nachdem sie ausgeführt worden war (Prüfsumme damals { $recorded }, jetzt { $found }). Ausgeführtes ändert sich nie: Bitte die Datei wiederherstellen und die Änderung in eine neue Migration schreiben.
migrate-failed = Die Migration { $file } ist in Zeile { $line } fehlgeschlagen: { $reason }. Sie gilt als nicht ausgeführt.
migrate-busy = Die Migration { $file } wartet in Zeile { $line } auf eine Tabelle, die zu lange in Benutzung ist. Sie ist nicht ausgeführt. Bitte erneut versuchen, am besten, wenn weniger los ist.
migrate-forbidden = Dieser Datenbankbenutzer darf nicht migrieren ({ $step }): { $reason }. Bitte als Eigentümer der Tabellen migrieren oder das Recht erteilen.
migrate-read-only = Diese Datenbank ist schreibgeschützt und kann nicht migriert werden. Vielleicht ist sie ein Standby: Bitte den Primärserver migrieren.
migrate-no-schema = Kein Schema des Suchpfads existiert in dieser Datenbank. Bitte eines anlegen oder search_path ändern.
migrate-database = Die Migration ist fehlgeschlagen ({ $step }): { $reason }.

migrate-state-applied = Ausgeführt
migrate-state-pending = Ausstehend
migrate-state-started = Begonnen oder abgebrochen
migrate-state-edited = Nachträglich geändert
migrate-state-unknown = Aus einer neueren Version
