factors-title = Zweiter Faktor
factors-text = Wer Ihr Passwort herausfindet, kommt damit allein nicht hinein. Jede Änderung hier beendet Ihre anderen Sitzungen.
factors-operator = Sie betreiben diese Instanz nur mit einem Passwort. Richten Sie einen zweiten Faktor ein.
factors-required = Zweiten Faktor einrichten
factors-required-text = Der Betreiber dieser Instanz verlangt neben Ihrem Passwort einen zweiten Faktor. Alles andere öffnet sich, sobald Sie einen eingerichtet haben; die API-Schlüssel Ihrer Agenten funktionieren so lange weiter.
factors-set-up = Einrichten
factors-app = Authenticator-App
factors-app-none = Nicht eingerichtet. Die App auf Ihrem Telefon zeigt alle 30 Sekunden einen neuen Code.
factors-app-since = Wird bei jeder Anmeldung verlangt seit
factors-app-replace = Auf einem anderen Gerät einrichten
factors-app-remove = Entfernen
factors-app-added = Die App ist eingerichtet. Ab jetzt werden ihre Codes verlangt.
factors-app-removed = Die App ist entfernt. Ihre Codes werden nicht mehr verlangt.
factors-app-scan = Scannen Sie dies mit der App, oder tippen Sie das Geheimnis darunter ab.
factors-app-qr = QR-Code für die App
factors-app-secret = Geheimnis
factors-app-code = Code, den die App zeigt
factors-app-confirm = App einrichten
factors-passkeys = Passkeys
factors-passkeys-text = Melden Sie sich mit Fingerabdruck, Gesicht oder PIN an, ohne Passwort.
factors-passkeys-impossible = Browser erlauben Passkeys nur über https und auf localhost. Diese Instanz ist unter { $url } erreichbar.
factors-passkey-add = Passkey hinzufügen
factors-passkey-name = Name
factors-passkey-name-hint = Damit Sie ihn wiedererkennen: „Laptop“, „Telefon“.
factors-passkey-create = Passkey anlegen
factors-passkey-added-at = hinzugefügt
factors-passkey-used = zuletzt benutzt
factors-passkey-unused = nie benutzt
factors-passkey-rename = Umbenennen
factors-passkey-remove = Entfernen
factors-passkey-remove-named = Passkey entfernen: { $name }
factors-passkey-added = Der Passkey „{ $name }“ ist hinzugefügt.
factors-passkey-renamed = Der Passkey hat einen anderen Namen.
factors-passkey-removed = Der Passkey ist entfernt und öffnet nichts mehr.
factors-recovery-code = Wiederherstellungscode
factors-codes = Wiederherstellungscodes
factors-codes-left =
    { $count ->
        [0] Keiner ist übrig. Erstellen Sie neue.
        [one] Einer ist übrig.
       *[other] { $count } sind übrig.
    }
factors-codes-make = Neue Wiederherstellungscodes erstellen
factors-codes-made = Dies sind Ihre neuen Wiederherstellungscodes. Die früheren gelten nicht mehr.
factors-codes-once = Jeder öffnet Ihr Konto einmal, wenn App oder Passkey verloren sind. Sie werden nur jetzt gezeigt: Bewahren Sie sie dort auf, wo Sie dieses Gerät nicht brauchen.
factors-codes-download = Herunterladen
factors-codes-done = Ich habe sie gespeichert
factors-too-late = Das hat zu lange gedauert. Beginnen Sie noch einmal.
factors-confirm = Bestätigen Sie, dass Sie es sind
factors-confirm-text = Wer diesen Browser offen vorfindet, soll das Folgende nicht tun können. Danach werden Sie fünf Minuten lang nicht noch einmal gefragt.
factors-confirm-password = Ihr Passwort
factors-confirm-code = Ein Code Ihrer App oder ein Wiederherstellungscode
factors-confirm-go = Bestätigen
factors-confirm-wait =
    { $minutes ->
        [one] Zu viele falsche Versuche. Versuchen Sie es in einer Minute noch einmal.
       *[other] Zu viele falsche Versuche. Versuchen Sie es in { $minutes } Minuten noch einmal.
    }

confirm-action = Sie möchten { $action }.
confirm-page = mit „{ $title }“ weitermachen
confirm-create-api-key = einen API-Schlüssel anlegen
confirm-rotate-api-key = einen API-Schlüssel austauschen
confirm-set-up-app = eine Authenticator-App einrichten
confirm-remove-app = die Authenticator-App entfernen
confirm-add-passkey = einen Passkey hinzufügen
confirm-remove-passkey = einen Passkey entfernen
confirm-recovery-codes = neue Wiederherstellungscodes erstellen
confirm-change-password = Ihr Passwort ändern
confirm-end-session = eine Sitzung beenden
confirm-end-sessions = alle Ihre anderen Sitzungen beenden
confirm-change-profile = Ihr Profil ändern
confirm-invite = jemanden einladen
confirm-change-role = die Rolle eines Mitglieds ändern
confirm-remove-member = ein Mitglied entfernen
confirm-hand-over = den Arbeitsbereich übergeben
confirm-change-plan = den Tarif eines Kontos ändern
confirm-suspend = ein Konto sperren
confirm-end-account-sessions = die Sitzungen des Inhabers eines Kontos beenden
confirm-end-everybodys-sessions = alle abmelden
confirm-create-webhook = einen Webhook-Endpunkt anlegen
confirm-change-webhook = einen Webhook-Endpunkt ändern
confirm-rotate-webhook = das Geheimnis eines Webhooks wechseln
confirm-reveal-webhook = das Geheimnis eines Webhooks sehen
confirm-create-export = ein Archiv Ihrer Daten anfordern
confirm-open-export = das Archiv Ihrer Daten herunterladen
confirm-delete-account = Ihr Konto löschen
