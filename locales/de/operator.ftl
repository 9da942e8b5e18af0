error-suspended = Dieses Konto ist gesperrt: { $reason }

accounts-suspended = Konto gesperrt
accounts-suspended-text = Wer diese Instanz betreibt, hat dieses Konto gesperrt. Niemand kommt hinein, seine API-Schlüssel öffnen nichts, und seine Agenten sind nicht öffentlich. Der genannte Grund:

operator-lead = Alle Konten dieser Instanz. Was in den Konten steht, wird hier nicht gezeigt.
operator-accounts = Konten
operator-health = Zustand
operator-plans = Tarife
operator-legal = Rechtstexte
operator-plans-lead = Was jeder Tarif enthält. Den Tarif eines Kontos ändern Sie auf dessen Seite.
operator-none = Kein Konto gefunden
operator-none-text = Kein Arbeitsbereich, Name und keine E-Mail-Adresse enthält das.
operator-search = Name oder E-Mail-Adresse
operator-account = Konto
operator-plan = Tarif
operator-state = Status
operator-since = Seit
operator-owner = Inhaber
operator-workspace = Arbeitsbereich
operator-is-active = Aktiv
operator-is-suspended = Gesperrt
operator-change-plan = Tarif ändern
operator-plan-changed = { $name } hat jetzt den Tarif { $plan }.
operator-suspension = Sperre
operator-suspend = Konto sperren
operator-suspend-text = Niemand kommt hinein, API-Schlüssel werden abgewiesen, öffentliche Profile und Abzeichen zeigen nichts. Gelöscht wird nichts.
operator-reason = Grund
operator-reason-hint = Die Mitglieder lesen das, wenn sie sich anmelden.
operator-unsuspend = Entsperren
operator-unsuspend-text = Sitzungen und Schlüssel, die nicht abgelaufen sind, funktionieren sofort wieder.
operator-suspended = { $name } ist gesperrt.
operator-unsuspended = { $name } ist entsperrt.
operator-suspended-since = Gesperrt seit { $since }
operator-sessions-text = Meldet den Inhaber sofort in jedem Browser ab, außer in der Sitzung, in der Sie das tun, und beendet jedes Token. API-Schlüssel funktionieren weiter.
operator-end-sessions = Alle Sitzungen des Inhabers beenden
operator-end-sessions-confirm = Alle Sitzungen beenden …
operator-sessions-ended =
    { $count ->
        [0] Es gab keine Sitzung zu beenden.
        [one] Eine Sitzung ist beendet.
       *[other] { $count } Sitzungen sind beendet.
    }
operator-sign-out-all-text = Beendet sofort alle Sitzungen aller auf dieser Instanz, in Browsern und mit Tokens, von Ihren alle außer dieser. Alle müssen sich neu anmelden; API-Schlüssel funktionieren weiter.
operator-sign-out-all = Alle abmelden
operator-sign-out-all-confirm = Alle abmelden …

operator-health-lead = Wie es der Instanz geht, aus Sicht des Prozesses, der geantwortet hat.
operator-process = Prozess
operator-version = Version
operator-started = Gestartet
operator-uptime = Läuft seit
operator-uptime-text = { $days } T { $hours } Std { $minutes } Min
operator-memory = Arbeitsspeicher
operator-memory-unknown = Dieses System gibt es nicht an.
operator-database = Datenbank
operator-engine = System
operator-size = Größe
operator-schema = Schema-Version
operator-latency = Antwortzeit
operator-workers = Hintergrundarbeit und Zwischenspeicher
operator-queue = Zahlungen, die auf das Schreiben warten
operator-queue-text = { $length } von { $capacity }, die warten dürfen
operator-sweep = Entfernen beendeter Sitzungen
operator-sweep-never = Seit dem Start noch nicht
operator-sweep-good = gelungen
operator-sweep-bad = fehlgeschlagen; die Ursache steht im Protokoll des Servers
operator-cached-profiles = Öffentliche Profile im Speicher
operator-cached-workspaces = Arbeitsbereiche im Speicher
operator-configuration = Einrichtung
operator-url = Öffentliche Adresse
operator-url-secure = { $url }, über HTTPS
operator-url-plain = { $url }, ohne HTTPS: auf diesem Rechner in Ordnung, für andere nicht
operator-mail = E-Mail
operator-mail-none = Nicht eingerichtet: Es wird keine E-Mail verschickt, Adressen werden nicht überprüft.
operator-key = Hauptschlüssel
operator-key-text = Gesetzt; gespeicherte Geheimnisse sind damit verschlüsselt. Bewahren Sie eine Kopie getrennt von der Datenbank auf: Ohne ihn sind sie verloren.
operator-default-plan = Tarif neuer Konten

operator-legal-lead = Impressum und Datenschutz sind von jeder Seite aus verlinkt, angemeldet oder nicht.
operator-legal-missing = Ein Rechtstext fehlt
operator-legal-missing-text = Wer eine Instanz für andere betreibt, muss meist sagen, wer das ist und was gespeichert wird.
operator-legal-write = Schreiben
operator-legal-page = Seite
operator-legal-empty = Leer
operator-legal-published = Veröffentlicht
operator-legal-edit = { $page } auf { $lang }
operator-imprint-lead = Wer diese Instanz betreibt: Name, Anschrift, E-Mail-Adresse und was das Recht Ihres Landes sonst verlangt (in Deutschland § 5 DDG).
operator-privacy-lead = Wer verantwortlich ist und was von wem wozu und wie lange gespeichert wird.
operator-legal-view = Seite ansehen
operator-legal-template = Das speichert die Software selbst. Ergänzen Sie, wer verantwortlich ist und wie Sie die Instanz betreiben; veröffentlicht wird Ihr Text erst, wenn Sie speichern.
operator-legal-text = Text
operator-legal-hint = Markdown: # Überschrift, - Liste, [Link](https://…), **fett**. HTML wird als Text gezeigt. Leer nimmt den Text von der Seite.
operator-legal-publish = Veröffentlichen
operator-legal-saved = Der Text ist veröffentlicht.
operator-mail-waiting =
    { $count ->
        [0] Eingerichtet; nichts wartet
        [one] Eingerichtet; eine E-Mail wartet
       *[other] Eingerichtet; { $count } E-Mails warten
    }
operator-mail-failed = Letzter Fehlschlag
operator-registration = Registrierung
operator-registration-open = Offen für alle
operator-registration-invite = Auf Einladung
operator-registration-closed = Geschlossen
operator-factor = Zweiter Faktor
operator-factor-optional = Freiwillig
operator-factor-operators = Von Betreibern verlangt
operator-factor-everyone = Von allen verlangt
operator-invite = Jemanden einladen, ein Konto anzulegen
operator-invite-text = Der Link gilt einmal, sieben Tage lang, auch wo man sich nur auf Einladung registrieren kann.
