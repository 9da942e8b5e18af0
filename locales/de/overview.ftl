overview-outcomes = So liefen die Zahlungen
overview-attention = Braucht Aufmerksamkeit
overview-certificate-suspended = Ausgesetzt: Die Bewertung liegt weit unter der bescheinigten. Ein neues Zertifikat beendet das.
overview-certificate-expired = Am { $date } abgelaufen. Stellen Sie ein neues aus.
overview-certificate-expires = Läuft am { $date } ab. Ein neues lässt sich jederzeit ausstellen.
overview-key-expires = Dieser Schlüssel gilt nur noch bis { $date }.
overview-days = Gesendete Zahlungen dieser Zeit, in jeder Währung.
overview-spenders = Agenten nach Ausgaben
overview-trend = Bewertung, 26 Wochen
overview-recent = Neueste Zahlungen

welcome-title = Willkommen
welcome-lead = Ihr Konto ist bereit. Bewahren Sie den Schlüssel auf und legen Sie dann den ersten Agenten an.

payments-none = Noch keine Zahlungen
payments-none-text = Ein Agent meldet jede Zahlung mit einem Aufruf. Sie erscheint sofort hier.
payments-report = Eine Zahlung melden
