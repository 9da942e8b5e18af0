imports-title = CSV importieren
imports-tab = Import
imports-lead = Eine Datei mit früheren Zahlungen. Alle Zeilen werden übernommen oder keine; was schon da ist, wird übersprungen.
imports-file = CSV-Datei
imports-drop = Wählen Sie eine Datei, oder ziehen Sie sie hierher
imports-limit = Bis 50 MB, UTF-8, durch Kommas getrennt.
imports-start = Importieren
imports-format = Was in der Datei steht
imports-format-text = Die erste Zeile nennt die Spalten, in beliebiger Reihenfolge. Nötig sind nur date und amount. Andere Spalten bleiben unbeachtet.
imports-column = Spalte
imports-meaning = Bedeutung
imports-date = ISO 8601, etwa 2026-10-14 oder 2026-10-14T11:52:00Z; ohne Zeitzone gilt UTC.
imports-due = Wann sie fällig war. Steht für ein fehlendes Datum ein.
imports-amount = Größer als 0, mit Dezimalpunkt, höchstens 6 Nachkommastellen.
imports-currency = ISO 4217 oder USDC, USDT, DAI, EURC. Leer: EUR.
imports-status = paid, on_time, late, missed, disputed. Leer: paid.
imports-source = agent_wallet, human_card, human_bank, unknown. Leer: agent_wallet.
imports-autonomous = true oder false. Leer: true.
imports-reference = Ihre eigene ID. Eine Zeile, deren Referenz schon da ist, wird übersprungen.
imports-direction = sent oder received. Leer: sent.
imports-counterparty = Empfänger oder Zahler.
imports-preview = Erste Zeilen der Datei
imports-uploading = Wird hochgeladen
imports-checking = Gelesene Zeilen
imports-publishing = Importierte Zeilen
imports-failed = Das Hochladen wurde unterbrochen. Importiert ist nur, was die Liste der Zahlungen zeigt.
imports-done =
    { $imported ->
        [0] Nichts Neues in { $file }
        [one] Eine Zahlung aus { $file } importiert
       *[other] { $imported } Zahlungen aus { $file } importiert
    }
imports-done-text =
    { $skipped ->
        [0] Davon zählen { $counted } für die Bewertung.
       *[other] Davon zählen { $counted } für die Bewertung. Schon vorhandene Zeilen: { $skipped }.
    }
imports-to-payments = Zahlungen zeigen
imports-refused = Aus { $file } wurde nichts importiert
imports-refused-text =
    { $count ->
        [one] Ein Fehler muss zuerst behoben werden.
       *[other] { $count } Fehler müssen zuerst behoben werden.
    }
imports-refused-many = Die ersten { $count } Fehler sind aufgeführt. Beheben Sie sie und versuchen Sie es erneut.
imports-too-large = Die Datei ist größer als 50 MB. Teilen Sie sie und importieren Sie die Teile.
imports-wrong-name = Der Dateiname muss auf .csv oder .txt enden. Nichts wurde importiert. Tabellenprogramme speichern eine solche Datei als „CSV“.
imports-incomplete = Die Datei kam nicht vollständig an. Nichts wurde importiert; versuchen Sie es erneut.
imports-running = Für diesen Agenten wird gerade eine andere Datei importiert. Versuchen Sie es danach erneut.
imports-errors = Fehler
imports-row = Zeile
imports-error = Was nicht stimmt
imports-all-columns = Ganze Zeile
row-missing-column = Diese Spalte fehlt in der ersten Zeile.
row-duplicate-column = Diese Spalte steht zweimal in der ersten Zeile.
row-empty = Die Datei ist leer. Ihre erste Zeile nennt die Spalten.
row-no-rows = Die Datei hat keine Zeilen unter der ersten.
row-fields = Die Zeile hat { $found } Felder, die erste Zeile hat { $expected }.
row-not-text = Das ist kein UTF-8. Speichern Sie die Datei als CSV UTF-8.
row-open-quote = Die Zeile endet nicht: Vielleicht fehlt ein schließendes Anführungszeichen.
row-not-a-date = Schreiben Sie ein Datum als 2026-10-14 oder 2026-10-14T11:52:00Z.
row-one-of = Wählen Sie eines davon: { $allowed }.
row-other-content = Eine frühere Zeile hat dieselbe Referenz und anderen Inhalt.
