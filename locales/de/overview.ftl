overview-outcomes = So liefen die Zahlungen
overview-attention = Braucht Aufmerksamkeit
overview-certificate-suspended = Das Zertifikat von { $agent } ist ausgesetzt
overview-certificate-suspended-text = Die Bewertung liegt weit unter der bescheinigten. Ein neues Zertifikat beendet das.
overview-certificate-expired = Das Zertifikat von { $agent } ist am { $date } abgelaufen
overview-certificate-expired-text = Badge und Profil zeigen keins, bis es ein neues gibt.
overview-certificate-expires = Das Zertifikat von { $agent } läuft am { $date } ab
overview-certificate-expires-text = Bewertung { $score } bei der Ausstellung. Ein neues lässt sich jederzeit ausstellen.
overview-more = { $count } weitere zeigen
overview-renew = Erneuern
overview-key-expires = Der Schlüssel { $name } läuft am { $date } ab
overview-key-expires-text = Wer ihn dann noch benutzt, wird abgewiesen.
overview-share = Anteil
overview-all-agents = Alle Agenten
overview-all-payments = Alle Zahlungen
overview-days = Gesendete Zahlungen dieser Zeit, in jeder Währung.
overview-spenders = Agenten nach Ausgaben
overview-trend = Bewertung, 26 Wochen
overview-recent = Neueste Zahlungen

welcome-title = Willkommen
welcome-lead = Ihr Konto ist bereit. Bewahren Sie den Schlüssel auf und legen Sie dann den ersten Agenten an.

payments-none = Noch keine Zahlungen
payments-none-text = Ein Agent meldet jede Zahlung mit einem Aufruf. Sie erscheint sofort hier.
payments-report = Eine Zahlung melden
