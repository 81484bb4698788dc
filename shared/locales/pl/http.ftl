# What the HTTP API, and the command line with it, answers when something is wrong.
http-credential-not-configured = ta ścieżka jest zamknięta, dopóki nie ustawiono żadnej z tych zmiennych: { $variables }
http-credential-missing = brakuje danych uwierzytelniających albo są błędne
http-no-such-route = nie ma takiej ścieżki
http-wrong-method = ta ścieżka nie obsługuje tej metody
http-configuration-wrong = to wdrożenie jest błędnie skonfigurowane; szczegóły są w dzienniku
http-server-error = coś poszło nie tak po naszej stronie; szczegóły są w dzienniku
http-database-unreachable = baza danych jest w tej chwili nieosiągalna
http-request-invalid = żądanie jest błędne: { $reason }
http-at-path = { $path }: { $reason }
http-limit-out-of-range = { $name } musi mieścić się w zakresie od 1 do { $most }
http-body-not-read = ta trasa nie czyta treści żądania; pomiń ją
http-cursor-invalid = ten kursor nie pochodzi z tej listy
http-no-such-task = nie ma zadania „{ $name }”
http-no-such-task-nearest = nie ma zadania „{ $name }”; czy chodziło o „{ $nearest }”?
http-is-side-task = „{ $name }” to zadanie poboczne; tu chodzi o zadania cron
http-is-cron-task = „{ $name }” to zadanie cron; tu chodzi o zadania poboczne
http-no-such-execution = nie ma wykonania { $id }
http-no-such-zone = „{ $name }” nie jest strefą czasową IANA
http-no-such-zone-nearest = „{ $name }” nie jest strefą czasową IANA; czy chodziło o „{ $nearest }”?
http-already-running = „{ $task }” jeszcze trwa; to wykonanie zapisano jako pominięte
http-config-refused = ustawienia zostały odrzucone:{ $mistakes }
http-config-not-an-object = ustawienia muszą być obiektem JSON

# Zdarzenia na żywo.
http-event-id-invalid = Ten identyfikator zdarzenia nie pochodzi z tego systemu

# Klucze żądań, które wolno powtarzać.
http-idempotency-key-invalid = Idempotency-Key musi mieć od 1 do { $most } widocznych znaków ASCII bez spacji i może wystąpić tylko raz
http-idempotency-key-reused = Tego Idempotency-Key użyto już do innego żądania

http-body-too-large = treść jest dłuższa niż { $most } bajtów
http-body-too-slow = treść nie dotarła do końca w ciągu { $span }
http-media-type-unsupported = treść jest oznaczona jako „{ $written }”; odczytywane jest tylko application/json
http-nul-character = znak U+0000 jest niedozwolony
http-unknown-parameter = nie ma parametru „{ $name }”
