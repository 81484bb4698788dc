start-private-database = Eigenes PostgreSQL: { $url }
start-database = Datenbank: { $name }
start-migrated =
    { $count ->
        [one] { $count } Migration ausgeführt
       *[other] { $count } Migrationen ausgeführt
    }
start-port-taken = Port { $taken } ist belegt; stattdessen wird { $instead } verwendet.
start-listening = Erreichbar unter { $url }
start-next = Als Nächstes:
start-next-slot = { "  " }{ $task } (noch { $wait }), { $at }: { $explanation }
start-asked = wenn die Funktion der Aufgabe zustimmt
start-nothing-next = Es ist nichts geplant.
start-stopping = Wird beendet. Laufende Aufgaben haben dafür { $grace } Zeit; ein zweites Strg-C bricht sofort ab.

# Was systemd als Zustand des Dienstes zeigt.
start-status-database = Wartet auf die Datenbank.
start-status-running = Führt Aufgaben aus.
start-status-serving = Bedient die HTTP-API; führt keine Aufgaben aus.
start-status-joining = Führt keine Aufgaben aus: tritt den anderen Runnern neu bei.
start-status-stopping = Wird beendet. Laufende Aufgaben haben dafür { $grace } Zeit.

start-database-required = „worker start“ braucht eine Datenbank: DATABASE_URL setzen. („worker dev“ startet eine eigene.)
start-open-to-others = { $address } ist von anderen Rechnern aus erreichbar, aber TASK_API_TOKEN ist nicht gesetzt. Bitte setzen oder auf 127.0.0.1 lauschen.
start-nothing-to-do = Es gibt nichts zu tun: TASK_RUNNER_ENABLED ist false, und „--no-http“ schaltet die HTTP-API ab.
start-address-in-use = { $address } ist bereits belegt. Den anderen Prozess beenden oder mit „--listen“ eine andere Adresse wählen.
start-listen-failed = Auf { $address } lässt sich nicht lauschen: { $reason }
start-signals-failed = Signale lassen sich nicht empfangen: { $reason }
