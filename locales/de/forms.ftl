forms-optional = (freiwillig)

error-not-found = Das ist nicht mehr vorhanden.
error-login = E-Mail-Adresse oder Passwort stimmt nicht.
error-forbidden = Ihre Rolle erlaubt das nicht. Wenden Sie sich an einen Inhaber des Arbeitsbereichs.
error-plan = Dafür ist der Tarif { $plan } oder ein höherer nötig.
error-only-operator = Dieses Konto betreibt die Instanz, und es gibt noch andere Konten. Es lässt sich erst löschen, wenn diese gelöscht sind.
error-deletion-began = Das Konto wird bereits gelöscht und lässt sich nicht mehr behalten.
error-conflict = Das wurde inzwischen an anderer Stelle geändert. Laden Sie die Seite neu und versuchen Sie es noch einmal.
error-insufficient =
    { $n ->
        [0] Noch zählt keine Zahlung für eine Bewertung; nötig sind { $missing }.
        [one] Eine Zahlung zählt für eine Bewertung; es fehlen noch { $missing }.
       *[other] { $n } Zahlungen zählen für eine Bewertung; { $missing ->
            [one] es fehlt noch eine.
           *[other] es fehlen noch { $missing }.
        }
    }
error-overloaded = Es wartet gerade zu viel auf das Schreiben. Nichts wurde geändert; versuchen Sie es gleich noch einmal.
error-too-many-attempts = Zu viele Versuche. Versuchen Sie es in { $minutes } { $minutes ->
    [one] Minute
   *[other] Minuten
} noch einmal.
error-internal = Bei uns ist etwas fehlgeschlagen. Nichts wurde geändert; versuchen Sie es gleich noch einmal.

rule-required = Füllen Sie dieses Feld aus.
rule-too-short =
    { $min ->
        [one] Mindestens ein Zeichen ist nötig.
       *[other] Mindestens { $min } Zeichen sind nötig.
    }
rule-too-long = Höchstens { $max } Zeichen passen hinein.
rule-too-many = Höchstens { $max } Einträge passen hinein.
rule-not-an-email = Das ist keine E-Mail-Adresse. Eine solche sieht aus wie mara@example.com.
rule-too-common = Dieses Passwort gehört zu denen, die zuerst ausprobiert werden. Ein längeres oder ungewöhnlicheres ist sicher.
rule-breached = Dieses Passwort steht in Listen von Passwörtern, die anderswo bekannt wurden, und wird mit ihnen ausprobiert. Wählen Sie ein anderes, und ändern Sie es, wo Sie es benutzen.
rule-taken = Das ist bereits registriert.
rule-one-of = Wählen Sie einen Eintrag aus der Liste.
rule-amount-not-a-number = Ein Betrag ist eine Zahl wie 12.50.
rule-amount-not-positive = Ein Betrag ist größer als 0.
rule-amount-too-large = Ein Betrag ist höchstens eine Milliarde.
rule-amount-decimals = Ein Betrag hat höchstens 6 Nachkommastellen.
rule-currency = Das ist kein Währungskürzel wie EUR und keines von USDC, USDT, DAI, EURC.
rule-in-future =
    { $minutes ->
        [one] Das liegt mehr als eine Minute in der Zukunft.
       *[other] Das liegt mehr als { $minutes } Minuten in der Zukunft.
    }
rule-out-of-range = Das Jahr muss zwischen 1970 und 9999 liegen.
rule-control-characters = Steuerzeichen sind hier nicht erlaubt.
rule-not-printable = Hier sind nur druckbare ASCII-Zeichen erlaubt.
rule-days = Geben Sie eine Anzahl von Tagen zwischen 1 und { $max } ein.
rule-mismatch = Das stimmt nicht überein.
rule-time-zone = Wählen Sie eine Zeitzone wie Europe/Berlin.
error-address = Dieser API-Schlüssel gilt nicht für die Adresse { $address }.
rule-network = „{ $given }“ ist weder eine Adresse noch ein Netz. So sehen sie aus: 203.0.113.0/24 oder 2001:db8::/32.
rule-key-revoked = Dieser Schlüssel ist widerrufen. Legen Sie einen neuen an.
rule-key-expired = Dieser Schlüssel ist abgelaufen. Legen Sie einen neuen an.
rule-key-rotated = Dieser Schlüssel wurde schon ersetzt. Ersetzen Sie den, der an seine Stelle trat.
rule-url = Geben Sie eine URL wie https://example.com/webhooks ein.
rule-url-https = Die URL muss mit https:// beginnen.
rule-url-credentials = Die URL darf weder Benutzernamen noch Passwort enthalten.
rule-url-public = Die URL darf nicht auf diese Maschine oder in ein privates Netz zeigen.
rule-url-listed = Diese Instanz schickt Webhooks nur an bestimmte Hosts, und dieser gehört nicht dazu. Wer sie betreibt, kann ihn hinzufügen.
rule-no-wallets = Zahlungen sagen nicht, in welches Wallet sie gingen. Ereignisse lassen sich deshalb nicht auf eines beschränken.
rule-event = Den Ereignistyp „{ $given }“ gibt es nicht.
error-unverified = Zuerst muss die E-Mail-Adresse bestätigt sein: Öffnen Sie den Link in der E-Mail, die an den Inhaber dieses Arbeitsbereichs ging.
error-invitation-needed = Auf dieser Instanz kann nur ein Konto anlegen, wer eingeladen ist. Öffnen Sie den Link in Ihrer Einladung.
error-registration-closed = Auf dieser Instanz kann zurzeit niemand ein Konto anlegen.
error-member-already = Diese Person ist schon Mitglied.
rule-ended = Er wurde schon benutzt, ist abgelaufen oder nicht vollständig kopiert worden.
rule-not-invited = Die Einladung gilt für eine andere Adresse.
error-factor = Dieses Konto hat einen zweiten Faktor, der fehlt.
error-factor-missing = Diese Instanz verlangt einen zweiten Faktor. Richten Sie zuerst einen ein.
error-last-factor = Diese Instanz verlangt einen zweiten Faktor, und das ist Ihr letzter. Richten Sie zuerst einen anderen ein.
error-proof = Bestätigen Sie zuerst, dass Sie es sind.
rule-wrong-code = Dieser Code ist falsch oder schon benutzt. Geben Sie den ein, der jetzt angezeigt wird.
rule-wrong-passkey = Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal.
