settings-lead = Ihr Name, Ihre Anmeldung, Ihr Tarif und wie alles aussieht.
settings-save = Speichern
settings-profile = Profil
settings-profile-text = Sie melden sich als { $email } an.
settings-profile-saved = Ihr Name ist gespeichert.
settings-password-text = Eine Änderung beendet alle Ihre anderen Sitzungen und Tokens.
settings-current-password = Bisheriges Passwort
settings-new-password = Neues Passwort
settings-password-proof = Zuerst werden Sie nach Ihrem zweiten Faktor gefragt.
settings-change-password = Passwort ändern
settings-password-changed = Ihr Passwort ist geändert. Alle anderen Sitzungen sind beendet.
settings-sessions = Sitzungen
settings-sessions-text = Sie enden nach 30 Tagen ohne Nutzung, spätestens nach 90 Tagen. Zeiten in { $zone }.
settings-browser = Browser
settings-token = Token für Programme
settings-this-session = Diese Sitzung
settings-seen = Zuletzt benutzt
settings-began = begonnen
settings-from = aus
settings-end = Beenden
settings-end-named = Sitzung beenden: { $kind }
settings-end-others = Alle anderen Sitzungen beenden
settings-session-ended = Die Sitzung ist beendet.
settings-sessions-ended =
    { $count ->
        [0] Es gab keine andere Sitzung.
        [one] Eine andere Sitzung ist beendet.
       *[other] { $count } andere Sitzungen sind beendet.
    }
settings-plan = Tarif
settings-plan-text = Ihr Tarif ist { $plan }. Ändern kann ihn, wer diese Instanz betreibt.
settings-appearance = Darstellung
settings-appearance-text = Gilt für diesen Browser.

plans-compare = Tarife vergleichen
plans-table = Was jeder Tarif enthält
plans-feature = Enthalten
plans-yours = Ihrer
plans-yes = Ja
plans-no = Nein
plans-agents = Agenten
plans-payments = Zahlungen per Formular und API
plans-scores = Bewertungen, öffentliches Profil und Abzeichen
plans-api-keys = API-Schlüssel und Audit-Log
plans-certificates = Signierte Zertifikate
