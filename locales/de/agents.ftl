agents-created = { $name } ist angelegt.
agents-saved = Änderungen gespeichert.
agents-deleted = { $name } ist gelöscht.
agents-none = Noch keine Agenten
agents-none-text = Legen Sie den ersten an. Zahlungen, Bewertung und Zertifikat erscheinen dann hier.
agents-lead = Alle Agenten, die in Ihrem Auftrag zahlen.
agents-new-lead = Er bekommt eine Kennung zum Melden von Zahlungen und eine öffentliche für sein Abzeichen.
agents-create = Agenten anlegen
agents-name = Name
agents-description = Beschreibung
agents-framework = Framework
agents-visibility = Sichtbarkeit
agents-public = Öffentlich
agents-public-text = Alle sehen Name, Beschreibung, Bewertung und Anzahl der Zahlungen; nie Beträge oder Empfänger.
agents-private = Privat
agents-private-text = Profil, Abzeichen und Zertifikate wirken für alle außer Ihnen unbekannt.
agents-certificate = Zertifikat
agents-activity = Letzte { $days } Tage
agents-payments = Zahlungen
agents-created-at = Angelegt
agents-not-certified = Kein Zertifikat

agent-trust = Vertrauen
agent-payments = Zahlungen
agent-certificates = Zertifikate
agent-badge = Abzeichen
agent-settings = Einstellungen
agent-since = { $framework } · seit { $date }
agent-certify = Zertifikat ausstellen
agent-profile = Öffentliches Profil
agent-plan = Zertifikate brauchen mindestens den Tarif { $plan }. Fragen Sie, wer diese Instanz betreibt.
agent-too-few =
    { $missing ->
        [one] Noch eine Zahlung, die zählt, dann gibt es eine Bewertung.
       *[other] Noch { $missing } Zahlungen, die zählen, dann gibt es eine Bewertung.
    }
agent-keep = Was die beste Note hält
agent-next = Was bis zur Note { $grade } fehlt
agent-next-text =
    Etwa { $payments ->
        [one] eine weitere pünktliche Zahlung
       *[other] { $payments } weitere pünktliche Zahlungen
    } von 10 EUR, in { $days ->
        [one] einem Tag
       *[other] { $days } Tagen
    } bei Ihrem Tempo.
agent-computed = Berechnet { $time } ({ $zone }) mit trust-score/1.
agent-right = Ordnungsgemäß
agent-right-of = { $right } von { $counted }
agent-success = Erfolgsquote
agent-active-days = Aktive Tage
agent-newest = Neueste Zahlung
agent-edit = Agenten bearbeiten
agent-save = Änderungen speichern
agent-delete = Agenten löschen
agent-delete-text = Seine Zertifikate werden widerrufen, Profil und Abzeichen wirken unbekannt. Seine Zahlungen bleiben in Ihrem Hauptbuch.
agent-delete-confirm = Geben Sie zur Bestätigung { $name } ein

reason-missed = Zahlungen sind ausgeblieben
reason-missed-text = Zahlen Sie die nächsten pünktlich: Jede wiegt gegen die ausgebliebenen.
reason-disputed = Zahlungen sind strittig
reason-disputed-text = Klären Sie sie mit dem Empfänger.
reason-late = Zahlungen kamen zu spät
reason-late-text = Starten Sie den Lauf ein, zwei Tage vor der Fälligkeit.
reason-age = Ältere Erfolge verblassen
reason-age-text = Alle 180 Tage geht die Hälfte ihres Gewichts verloren. Mit neuen Zahlungen kommt es zurück.
reason-daily = Viele Zahlungen an einem Tag
reason-daily-text = Ein Tag zählt höchstens wie zehn Zahlungen. Weitere Tage bringen mehr.

what-if-title = Was wäre wenn
what-if-lead = Die Bewertung mit weiteren Zahlungen von heute.
what-if-count = Zahlungen
what-if-amount = Je EUR
what-if-status = Wie sie laufen
what-if-result = Die Bewertung wäre

certificates-none = Noch keine Zertifikate
certificates-none-text = Ein Zertifikat hält die Bewertung dieses Augenblicks fest und bürgt 90 Tage dafür.
certificates-state = Status
certificates-credential = Signierte Form des neuesten
certificates-credential-text = Jeder kann sie offline mit den Schlüsseln unter /.well-known/jwks.json prüfen.

badge-lead = Zeigt die bescheinigte Bewertung und führt zum öffentlichen Profil. Es erneuert sich alle 5 Minuten.
badge-style = Stil
badge-alt = Vertrauensbewertung von { $name }

agents-created-many =
    { $count ->
        [one] Ein Agent ist angelegt.
       *[other] { $count } Agenten sind angelegt.
    }
agents-line = Zeile { $line }: { $text }
agents-changed-meanwhile = Seit Sie dieses Formular geöffnet haben, wurden andere Werte gespeichert. Ihre Eingaben sind noch da; speichern Sie erneut, um die anderen zu ersetzen.
agents-value-now = Inzwischen gespeichert: { $value }
agents-empty-value = (leer)
agents-archived = { $name } ist archiviert.
agents-unarchived = { $name } ist wieder aktiv.
agents-several = Mehrere anlegen
agents-bulk = Mehrere Agenten
agents-bulk-lead = Bis zu { $max } auf einmal. Es werden alle angelegt oder keiner.
agents-names = Namen
agents-names-hint = Ein Name je Zeile.
agents-create-many = Agenten anlegen
agents-search = Name oder Kennung
agents-status = Status
agents-active = Aktiv
agents-archived-state = Archiviert
agents-any = Alle
agents-with-certificate = Gültig
agents-without-certificate = Keines oder ungültig
agents-sort = Reihenfolge
agents-sort-newest = Neueste
agents-sort-name = Name
agents-sort-payments = Zahlungen
agents-sort-score = Bewertung
agents-no-match = Kein Treffer
agents-no-match-text = Kein Agent passt zu dieser Suche und diesen Filtern. Archivierte erscheinen nur, wenn Sie nach ihnen filtern.
agents-first-page = Erste Seite
agents-next-page = Nächste Seite

agent-archive = Agenten archivieren
agent-archive-text = Er nimmt keine Zahlungen mehr an und verschwindet aus der Liste. Profil, Abzeichen und Zertifikate bleiben. Das lässt sich rückgängig machen.
agent-unarchive = Aus dem Archiv holen
agent-unarchive-text = Er nimmt wieder Zahlungen an und steht wieder in der Liste.
agent-archived-text = Dieser Agent ist archiviert: Zahlungen für ihn werden abgelehnt.
badge-label = Beschriftung
badge-label-hint = Was links steht, höchstens 60 Zeichen. Leer: nur die Note.
badge-show = Anzeigen
badge-preview = Vorschau
badge-endpoint = Als Daten
badge-endpoint-text = Für Dienste, die Abzeichen selbst zeichnen: die Adresse desselben Abzeichens als JSON, in der Form der Endpunkte von shields.io.
