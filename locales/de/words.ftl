status-paid = Bezahlt
status-on-time = Pünktlich
status-late = Verspätet
status-missed = Ausgeblieben
status-disputed = Strittig

certificate-valid = Gültig
certificate-expired = Abgelaufen
certificate-superseded = Ersetzt
certificate-suspended = Ausgesetzt
certificate-revoked = Widerrufen
certificate-title = Zertifikat über das Zahlungsverhalten
certificate-named = Zertifikat von { $name }
certificate-about = Ob das Zertifikat von { $name } gilt, was es besagt und wie man es selbst prüft.
certificate-number = Nummer
certificate-issued = Ausgestellt
certificate-until = Gültig bis
certificate-was-issued = Zertifikat ausgestellt: Note { $grade }, { $score } von 100.

confidence-low = geringe Sicherheit
confidence-medium = mittlere Sicherheit
confidence-high = hohe Sicherheit
confidence-level-low = Gering
confidence-level-medium = Mittel
confidence-level-high = Hoch

framework-custom = Eigenbau

plan-free = Free
plan-basic = Basic
plan-professional = Professional

line-start = Ausgangswert
line-history = Zahlungshistorie
line-late = Verspätete Zahlungen
line-missed = Ausgebliebene Zahlungen
line-disputed = Strittige Zahlungen
line-age = Alter der Daten
line-daily-limit = Viele Zahlungen an einem Tag
line-ceiling = Grenze für neue Agenten
line-rounding = Rundung

ceiling-few-payments = Begrenzt, bis mehr Zahlungen abgeschlossen sind: höchstens 79 bei weniger als 5, höchstens 94 bis 20.
ceiling-young-history = Auf 94 begrenzt in den ersten 30 Tagen und bis an 10 davon Zahlungen erfasst wurden.

score-grade = Note { $grade }
score-label = Bewertung { $score } von 100, Note { $grade }, { $confidence }
score-none = Noch keine Bewertung
score-of-needed = { $n } von { $needed } Zahlungen
score-score = Bewertung
score-how = Wie die Bewertung { $score } zustande kommt
score-line = Zeile
score-points = Punkte
score-share = Anteil an 100

filter-go = Filtern
filter-clear = Filter aufheben
score-next-line = Gestrichelte Linie: { $grade } beginnt bei { $score } Punkten.
