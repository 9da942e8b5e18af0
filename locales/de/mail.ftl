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
mail-finish-subject = Registrierung bei { $host } abschließen
mail-finish-text = Mit dieser Adresse soll bei { $host } ein Konto angelegt werden. Sind Sie das, dann öffnen Sie den Link und wählen Sie ein Passwort. Der Link gilt einmal, einen Tag lang.
mail-finish-link = Passwort wählen
mail-finish-not-asked = Sie haben das nicht veranlasst? Dann müssen Sie nichts tun: Ohne den Link entsteht kein Konto, und nach einem Tag wird Ihre Adresse gelöscht.
mail-already-subject = Sie haben schon ein Konto bei { $host }
mail-already-text = Jemand wollte sich mit dieser Adresse bei { $host } registrieren. Dazu gibt es schon ein Konto. Waren Sie das, dann melden Sie sich einfach an.
mail-already-forgotten = Sie wissen Ihr Passwort nicht mehr? Über „Passwort vergessen?“ unter dem Formular wählen Sie ein neues.
mail-already-not-you = Waren Sie es nicht, müssen Sie nichts tun: Niemand hat erfahren, dass Sie ein Konto haben.
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
