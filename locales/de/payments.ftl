payments-lead = Ein Hauptbuch für alle Zahlungswege. Zeiten in { $zone }.
payments-one = Zahlung
payments-export = CSV exportieren
payments-counterparty = Gegenseite
payments-unnamed = Nicht genannt
payments-reference = Referenz
payments-rail = Zahlungsweg
payments-status = Status
payments-amount = Betrag
payments-time = Zeit ({ $zone })
payments-agent = Agent
payments-currency = Währung
payments-direction = Richtung
payments-source = Bezahlt aus
payments-made = Entschieden von
payments-autonomous = Nur vom Agenten
payments-by-people = Mit einem Menschen
payments-from = Von
payments-until = Bis
payments-due = Fällig
payments-id = Zahlung
payments-search = Referenz oder Zahlungs-ID
payments-more = Weitere Filter
payments-active = Gesetzte Filter
payments-remove = Filter entfernen: { $filter }
payments-any-agent = Alle Agenten
payments-any-status = Jeder Status
payments-any-rail = Alle Zahlungswege
payments-any-currency = Alle Währungen
payments-any-direction = Gesendet und empfangen
payments-anybody = Von wem auch immer
payments-no-match = Keine passende Zahlung
payments-no-match-text = Nehmen Sie einen Filter weg, oder wählen Sie andere Tage.
payments-count =
    { $count ->
        [one] Eine Zahlung auf dieser Seite
       *[other] { $count } Zahlungen auf dieser Seite
    }
payments-all = Filtern und exportieren
payments-close = Schließen
payments-sent-by = { $rail }, gesendet von { $agent }
payments-received-by = { $rail }, empfangen von { $agent }
payments-agent-gone = { $id } (gelöscht)
payments-counts = Zählt für die Bewertung
payments-counts-yes = Ja: gesendet und vom Agenten allein entschieden.
payments-counts-received = Nein: Empfangene Zahlungen sind Umsatz. Nur gesendete werden bewertet.
payments-counts-people = Nein: Ein Mensch war beteiligt. Bewertet wird nur, was der Agent allein entscheidet.
payments-counts-own = Sie bringt kein Vertrauen, weil der Empfänger zu diesem Arbeitsbereich gehört. Scheitert sie, zählt das.
payments-counts-old = Nicht mehr: Sie ist älter als 540 Tage.
payments-counts-currency = Ja, mit dem kleinsten Gewicht: Die Bewertung kennt den Wert dieser Währung nicht.
payments-trail = Verlauf
payments-happened = Erfolgt, wie gemeldet
payments-recorded = Gebucht
payments-recorded-by = Von { $name }, { $via }

direction-sent = Gesendet
direction-received = Empfangen

rail-tracked = Gemeldet
rail-service = Dienst
rail-escrow = Treuhand

source-agent-wallet = Wallet des Agenten
source-human-card = Karte eines Menschen
source-human-bank = Bankkonto eines Menschen
source-unknown = Nicht bekannt

via-session = im Dashboard angemeldet
via-token = mit einem Token
via-api-key = mit einem API-Schlüssel
via-console = an der Konsole des Servers
