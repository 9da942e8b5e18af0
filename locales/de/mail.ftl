mail-verify-subject = Bestätigen Sie Ihre E-Mail-Adresse bei { $host }
mail-verify-text = Mit dieser Adresse wurde bei { $host } ein Konto angelegt. Waren Sie das, dann öffnen Sie den Link. Er gilt einmal, drei Tage lang.
mail-verify-link = Adresse bestätigen
mail-not-asked = Sie haben das nicht veranlasst? Dann müssen Sie nichts tun: Ohne den Link kann niemand in Ihrem Namen handeln.
mail-reset-subject = Neues Passwort für { $host }
mail-reset-text = Für Ihr Konto bei { $host } wurde ein neues Passwort angefordert. Der Link gilt einmal, eine Stunde lang. Sobald Sie ein Passwort gewählt haben, enden alle Ihre Sitzungen.
mail-reset-link = Neues Passwort wählen
mail-reset-not-asked = Sie haben das nicht veranlasst? Dann müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.
mail-was-reset-subject = Ihr Passwort bei { $host } wurde geändert
mail-was-reset-text = Für Ihr Konto bei { $host } wurde über einen für Sie erstellten Link ein neues Passwort gewählt. Alle Sitzungen sind beendet.
mail-was-reset-link = Das war ich nicht: neues Passwort wählen
mail-was-reset-not-you = Waren Sie es selbst, müssen Sie nichts tun.
mail-changed-subject = Ihre Anmeldung bei { $host } wurde geändert
mail-changed-password = Das Passwort Ihres Kontos bei { $host } wurde geändert. Alle anderen Sitzungen sind beendet.
mail-changed-app-added = Für Ihr Konto bei { $host } wurde eine App eingerichtet, die Codes erzeugt. Alle anderen Sitzungen sind beendet.
mail-changed-app-removed = Die App, die Codes erzeugt, wurde von Ihrem Konto bei { $host } entfernt. Alle anderen Sitzungen sind beendet.
mail-changed-passkey-added = Zu Ihrem Konto bei { $host } wurde ein Passkey hinzugefügt. Alle anderen Sitzungen sind beendet.
mail-changed-passkey-removed = Von Ihrem Konto bei { $host } wurde ein Passkey entfernt. Alle anderen Sitzungen sind beendet.
mail-changed-codes-made = Für Ihr Konto bei { $host } wurden neue Wiederherstellungscodes erzeugt. Die bisherigen gelten nicht mehr.
mail-changed-factors-removed = Der Betreiber von { $host } hat den zweiten Faktor von Ihrem Konto entfernt. Bis Sie wieder einen einrichten, genügt das Passwort. Alle Sitzungen sind beendet.
mail-changed-link = Das war ich nicht: neues Passwort wählen
mail-invite-subject = Einladung zu { $workspace }
mail-invite-text = { $inviter } lädt Sie in den Arbeitsbereich „{ $workspace }“ bei { $host } ein. Der Link gilt einmal, sieben Tage lang.
mail-invite-link = Einladung ansehen
mail-invite-account-subject = Einladung zu { $host }
mail-invite-account-text = { $inviter } lädt Sie ein, bei { $host } ein Konto anzulegen. Der Link gilt einmal, sieben Tage lang.
mail-invite-account-link = Konto anlegen
mail-invite-not-known = Sie kennen die einladende Person nicht? Dann müssen Sie nichts tun.
mail-expiring-subject =
    { $days ->
        [one] Das Zertifikat von { $agent } läuft morgen ab
       *[other] Das Zertifikat von { $agent } läuft in { $days } Tagen ab
    }
mail-expiring-text = Das Zertifikat von { $agent } gilt bis zum { $date }. Erneuern Sie es, dann ändert sich nichts für alle, die sich darauf verlassen.
mail-expiring-link = Zertifikat ansehen und erneuern
mail-contested-subject = Einspruch gegen die Bewertung von { $agent }
mail-contested-text = Jemand erhebt Einspruch gegen die Bewertung von { $agent }. Ein Mensch muss ihn lesen und beantworten.
mail-contested-link = Einspruch lesen
mail-webhook-subject = Ein Webhook-Endpunkt wurde abgeschaltet
mail-webhook-text = An { $url } wird nichts mehr gesendet.
mail-webhook-gone = Er hat geantwortet, dass es ihn nicht mehr gibt (410).
mail-webhook-failing = Er ist fünf Tage lang nicht erreichbar gewesen.
mail-webhook-link = Fehler ansehen und wieder einschalten
mail-why-owner = Sie erhalten diese Nachricht als Inhaber eines Arbeitsbereichs bei { $host }.
mail-why-contest = Sie erhalten diese Nachricht, weil der Agent Ihnen gehört oder weil Sie { $host } betreiben.
