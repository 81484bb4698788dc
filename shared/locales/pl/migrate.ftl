migrate-pending =
    { $count ->
        [one] Migracja { $missing } nie została jeszcze wykonana w tej bazie.
        [few] { $count } migracje nie zostały jeszcze wykonane w tej bazie: { $missing }.
        [many] { $count } migracji nie zostało jeszcze wykonanych w tej bazie: { $missing }.
       *[other] { $count } migracji nie zostało jeszcze wykonane w tej bazie: { $missing }.
    } Uruchom „worker migrate”.
migrate-edited = Migracja { $file } została zmieniona po wykonaniu (suma kontrolna wtedy { $recorded }, teraz { $found }). Wykonanych migracji się nie zmienia: przywróć plik i zapisz zmianę w nowej migracji.
migrate-failed = Migracja { $file } nie powiodła się w wierszu { $line }: { $reason }. Nie została wykonana.
migrate-busy = Migracja { $file } czeka w wierszu { $line } na tabelę, która zbyt długo jest w użyciu. Nie została wykonana. Spróbuj ponownie, najlepiej gdy ruch będzie mniejszy.
migrate-forbidden = Ten użytkownik bazy nie może wykonać migracji ({ $step }): { $reason }. Wykonaj migrację jako właściciel tabel albo nadaj uprawnienie.
migrate-read-only = Ta baza jest tylko do odczytu, więc nie można w niej wykonać migracji. Być może to serwer zapasowy: wykonaj migrację na serwerze głównym.
migrate-no-schema = W tej bazie nie istnieje żaden schemat ze ścieżki wyszukiwania. Utwórz go albo zmień search_path.
migrate-database = Migracja nie powiodła się ({ $step }): { $reason }.

migrate-state-applied = Wykonana
migrate-state-pending = Oczekuje
migrate-state-started = W toku lub przerwana
migrate-state-edited = Zmieniona po wykonaniu
migrate-state-unknown = Z nowszej wersji
