# Co mówi schemat JSON ustawień zadania, a czym one nie są.
settings-too-small = { $written } jest za mała; dozwolone jest co najmniej { $least }
settings-too-large = { $written } jest za duża; dozwolone jest co najwyżej { $most }
settings-not-above = niedozwolona { $written }; musi być większa niż { $bound }
settings-not-below = niedozwolona { $written }; musi być mniejsza niż { $bound }
settings-no-multiple = { $written } nie jest wielokrotnością { $step }
settings-wanted-range = liczby od { $least } do { $most }
settings-text-too-short = tekst jest za krótki: długość { $length }, dozwolone jest co najmniej { $least }
settings-text-too-long = tekst jest za długi: długość { $length }, dozwolone jest co najwyżej { $most }
settings-pattern = tekst nie ma postaci `{ $pattern }`
settings-list-too-short = lista jest za krótka: długość { $length }, dozwolone jest co najmniej { $least }
settings-list-too-long = lista jest za długa: długość { $length }, dozwolone jest co najwyżej { $most }
settings-twice = to samo stoi już wcześniej na liście; każde może wystąpić tylko raz
settings-contains-too-few = za mało tego, co lista musi zawierać: liczba { $fitting }, dozwolone jest co najmniej { $least }
settings-contains-too-many = za dużo tego, czego lista nie może zawierać tak często: liczba { $fitting }, dozwolone jest co najwyżej { $most }
settings-too-few-fields = za mało pól: liczba { $size }, dozwolone jest co najmniej { $least }
settings-too-many-fields = za dużo pól: liczba { $size }, dozwolone jest co najwyżej { $most }
settings-other-word = to jest niedozwolone; dozwolone: { $allowed }
settings-no-form = to nie ma żadnej z postaci, które są tu dozwolone
settings-several-forms = to ma naraz kilka z dozwolonych postaci; dozwolona jest tylko jedna z nich
settings-not-allowed = właśnie to nie jest tu dozwolone
settings-nothing-allowed = tutaj nie może nic stać
settings-too-much = tego jest za dużo, by sprawdzić to do końca

# Czego z takiego schematu nie da się sprawdzić.
settings-pattern-unreadable = wzorca `{ $pattern }` nie da się odczytać
settings-reference-astray = odwołanie `{ $reference }` nie prowadzi do niczego w schemacie
settings-keyword-unchecked = słowo kluczowe `{ $keyword }` nie jest obsługiwane
settings-no-schema = `{ $written }` stoi tam, gdzie powinien być schemat
