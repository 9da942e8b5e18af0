nav-webhooks = Webhooks
palette-new-webhook = Webhook-Endpunkt anlegen

webhooks-lead = Ihre eigenen Systeme erfahren sofort, was hier geschieht: Jedes Ereignis ist eine signierte HTTPS-Anfrage.
webhooks-none = Noch keine Endpunkte
webhooks-none-text = Ein Webhook meldet Ihrer Buchhaltung, Ihrem Chat oder Ihrer Bereitschaft sofort, wenn eine Zahlung gebucht wird, ein Zertifikat endet oder sich ein Schlüssel ändert. Was sich nicht zustellen lässt, wird länger als einen Tag wiederholt und bleibt 30 Tage im Protokoll.
webhooks-step-url = Tragen Sie die URL Ihres Empfängers ein und wählen Sie seine Ereignisse.
webhooks-step-secret = Kopieren Sie das Geheimnis und prüfen Sie damit jede Anfrage. Der Code dafür liegt bei.
webhooks-step-test = Senden Sie ein Testereignis und sehen Sie Anfrage und Antwort.
webhooks-new = Endpunkt anlegen
webhooks-new-lead = Wohin Ereignisse gehen. Die nächste Seite zeigt das Geheimnis, das sie signiert.
webhooks-catalog = Ereigniskatalog
webhooks-create = Endpunkt anlegen
webhooks-created = { $name } ist angelegt. Kopieren Sie das Geheimnis und senden Sie dann ein Testereignis.
webhooks-too-many = Ein Arbeitsbereich hat höchstens { $max } Endpunkte. Löschen Sie zuerst einen.
webhooks-endpoint = Endpunkt
webhooks-events = Ereignisse
webhooks-success = Erfolg
webhooks-waiting = Wartend
webhooks-last-attempt = Letzter Versuch
webhooks-state = Status
webhooks-never = nie
webhooks-since = seit { $date }
webhooks-of-attempts =
    { $count ->
        [one] von einem Versuch
       *[other] von { $count } Versuchen
    }

webhooks-url = URL
webhooks-url-hint = Eine öffentliche https://-Adresse, die POST innerhalb von 15 Sekunden mit 2xx beantwortet.
webhooks-description = Beschreibung
webhooks-description-hint = So heißt der Endpunkt in der Liste.
webhooks-dialect = Nachrichtenformat
webhooks-all-events = Alle Ereignisse
webhooks-all-events-text = Alle Typen, auch solche, die später dazukommen.
webhooks-some-events = Nur diese
webhooks-some-events-text = Kreuzen Sie unten einzelne Typen oder ganze Gruppen an.
webhooks-choose-event = Kreuzen Sie mindestens ein Ereignis an, oder wählen Sie alle Ereignisse.
webhooks-whole-group = Die ganze Gruppe, auch Typen, die später dazukommen.
webhooks-group-imports = Importe
webhooks-event-count = { $count } von { $all } Typen

webhooks-active = Aktiv
webhooks-failing = Gestört
webhooks-off = Abgeschaltet
webhooks-off-owner = Abgeschaltet seit { $date }
webhooks-off-owner-text = Was inzwischen geschieht, wird hierhin nie gesendet. Was schon wartete, geht nach dem Einschalten weiter.
webhooks-off-gone = Am { $date } abgeschaltet: Die Antwort war 410 Gone
webhooks-off-gone-text = Mit 410 sagt ein Empfänger, dass er nichts mehr will. War das ein Versehen, beheben Sie es und schalten Sie den Endpunkt ein.
webhooks-off-unusable = Am { $date } abgeschaltet: Sein Geheimnis ist nicht mehr lesbar
webhooks-off-unusable-text = Ohne das Geheimnis lässt sich nichts signieren. Wechseln Sie es, hinterlegen Sie das neue bei Ihrem Empfänger und schalten Sie den Endpunkt dann ein.
webhooks-off-failing = Am { $date } abgeschaltet: fünf Tage lang gestört
webhooks-off-failing-text = Seit { $date } schlug jeder Versuch fehl. Beheben Sie die Ursache, senden Sie einen Test, schalten Sie den Endpunkt ein und wiederholen Sie das Fehlgeschlagene.
webhooks-failing-since = Seit { $date } schlägt jeder Versuch fehl
webhooks-failing-text = Wartende Zustellungen: { $waiting }. Jede wird innerhalb von 28 Stunden achtmal versucht. Nach fünf Tagen ohne Erfolg wird der Endpunkt abgeschaltet, und Sie erfahren es.

webhooks-deliveries = Zustellungen
webhooks-signing = Geheimnis und Code
webhooks-test = Test senden
webhooks-test-answered = Der Test wurde mit { $status } beantwortet, nach { $ms } ms.
webhooks-test-timeout = Der Test schlug fehl: keine Antwort innerhalb von { $ms } ms.
webhooks-test-no-answer = Der Test schlug nach { $ms } ms fehl: Es kam keine Antwort.
webhooks-health = Zustand des Endpunkts
webhooks-delivered-today = Zugestellt, 24 Stunden
webhooks-no-events-today = keine Ereignisse
webhooks-of-events =
    { $count ->
        [one] von einem Ereignis
       *[other] von { $count } Ereignissen
    }
webhooks-of-newest = von den neuesten { $count } Ereignissen
webhooks-median = Mittlere Antwortzeit
webhooks-ms = { $ms } ms
webhooks-slow = 95 von 100 in höchstens { $ms } ms
webhooks-no-answers-today = keine Antworten in 24 Stunden
webhooks-next-try = Nächster Versuch { $date }
webhooks-waits-off = bis zum Einschalten
webhooks-nothing-waits = nichts wartet
webhooks-success-ever = Erfolg insgesamt
webhooks-log-lead = Die letzten 30 Tage. Zeiten in { $zone }.
webhooks-nothing-sent = Noch nichts gesendet
webhooks-nothing-sent-text = Hier erscheint das nächste Ereignis, das dieser Endpunkt empfängt. Ein Test zeigt sofort, ob Ihr Empfänger antwortet.
webhooks-any-state = Jeder Status
webhooks-any-event = Alle Ereignisse
webhooks-event = Ereignis
webhooks-answer = Antwort
webhooks-tries = Versuche
webhooks-next = Nächster Versuch
webhooks-time = Zeit
webhooks-no-match = Keine passende Zustellung

delivery-waiting = Wartet
delivery-retrying = Wird wiederholt
delivery-delivered = Zugestellt
delivery-failed = Fehlgeschlagen

failure-status = Vom Empfänger abgelehnt
failure-timeout = Zeit überschritten
failure-unresolved = Name nicht gefunden
failure-blocked = Adresse nicht öffentlich
failure-not-listed = Host nicht erlaubt
failure-refused = Verbindung abgelehnt
failure-tls = TLS fehlgeschlagen
failure-broken = Verbindung abgebrochen
failure-timeout-text = Die Antwort kam nicht innerhalb von 15 Sekunden. Antworten Sie zuerst, arbeiten Sie danach.
failure-unresolved-text = Zum Hostnamen der URL gibt es keine Adresse.
failure-blocked-text = Der Hostname führt auf diese Maschine oder in ein privates Netz.
failure-not-listed-text = Wer diese Instanz betreibt, lässt Webhooks nur an bestimmte Hosts gehen, und dieser gehört nicht dazu.
failure-refused-text = Unter dieser Adresse und diesem Port nimmt niemand an.
failure-tls-text = Das Zertifikat gilt nicht für diesen Namen, oder der Handshake ist gescheitert.
failure-broken-text = Die Verbindung endete vor der Antwort, oder es war kein HTTP.

webhooks-attempts = Versuche
webhooks-attempt = Versuch { $number }, { $took }
webhooks-answered = Beantwortet mit { $status }
webhooks-answer-newest = Neueste Antwort, davon das erste KiB
webhooks-exchange = Anfrage und Antwort
webhooks-request = Anfrage
webhooks-body = Inhalt, wie gesendet
webhooks-not-signed = Seit diesem Versuch wurde das Geheimnis gewechselt: Die Signatur wird nicht gezeigt.
webhooks-about = Betrifft
webhooks-happened = Geschehen
webhooks-replay = Wiederholen
webhooks-replay-one = Dieses Ereignis wiederholen
webhooks-replay-warning = Gesendet wird im Hintergrund, mit derselben webhook-id. Ein Empfänger, der es schon angenommen hat, sieht es doppelt und erkennt es an dieser ID.
webhooks-replayed = Das Ereignis ist wieder unterwegs.
webhooks-replay-failed = Fehlgeschlagenes wiederholen
webhooks-replay-choose = Zeitraum wählen
webhooks-replay-text = Sendet alles noch einmal, was nach acht Versuchen aufgegeben wurde.
webhooks-nothing-given-up = In den letzten 30 Tagen wurde nichts aufgegeben.
webhooks-replay-since = Fehlgeschlagen seit
webhooks-last-hour = der letzten Stunde
webhooks-last-day = den letzten 24 Stunden
webhooks-last-week = den letzten 7 Tagen
webhooks-last-month = den letzten 30 Tagen
webhooks-failed-replayed =
    { $count ->
        [0] In dieser Zeit ist nichts fehlgeschlagen.
        [one] Ein Ereignis ist wieder unterwegs.
       *[other] { $count } Ereignisse sind wieder unterwegs.
    }

webhooks-secret = Signaturgeheimnis
webhooks-secret-text = Damit ist jede Anfrage signiert. Ihr Empfänger braucht es, um zu wissen, dass eine Anfrage von uns kommt.
webhooks-reveal = Geheimnis zeigen
webhooks-secret-shown = Signaturgeheimnis
webhooks-secret-shown-text = Geben Sie es Ihrem Empfänger als Umgebungsvariable. Verlassen Sie die Seite, ist es verborgen; Ihr Passwort zeigt es wieder.
webhooks-rotate = Geheimnis wechseln
webhooks-rotate-text = Ein neues Geheimnis gilt. 24 Stunden lang trägt jede Anfrage zwei Signaturen, damit Empfänger in Ruhe umstellen können.
webhooks-rotate-confirm = Ein neues Geheimnis erzeugen
webhooks-rotated = Das Geheimnis ist gewechselt. Das bisherige signiert noch 24 Stunden mit.
webhooks-overlap = Bis { $date } signiert auch das bisherige Geheimnis. Danach ist ein weiterer Wechsel möglich, denn Empfänger nehmen zwei Signaturen an, nicht drei.
webhooks-verify = Signaturen prüfen
webhooks-verify-text = Anfragen folgen Standard Webhooks, so dass deren Bibliotheken sie in einer Zeile prüfen. Sie lehnen auch ab, was älter als fünf Minuten ist.
webhooks-own-signature = Dieser Endpunkt spricht { $dialect }: Clients dieser API prüfen selbst die Kopfzeile { $header }. Die Kopfzeilen von Standard Webhooks sind ebenfalls dabei.
webhooks-language = Programmiersprache

webhooks-edit = Adresse und Ereignisse
webhooks-save = Speichern
webhooks-saved = Der Endpunkt ist gespeichert.
webhooks-enable = Einschalten
webhooks-enable-text = Was wartet, wird sofort gesendet. Was inzwischen geschah, nicht.
webhooks-enabled = Der Endpunkt ist eingeschaltet.
webhooks-disable = Abschalten
webhooks-disable-text = Es wird nichts mehr gesendet. Was inzwischen geschieht, wird hierhin nie gesendet; was wartet, wartet weiter.
webhooks-disabled = Der Endpunkt ist abgeschaltet.
webhooks-delete = Endpunkt löschen
webhooks-delete-text = Es wird nichts mehr gesendet, auch nicht, was wartet. Geheimnis und Protokoll sind weg.
webhooks-delete-confirm = Diesen Endpunkt löschen
webhooks-delete-named = Endpunkt löschen: { $name }
webhooks-deleted = Der Endpunkt ist gelöscht.

dialect-standard = Typ, Zeit und Daten, signiert nach Standard Webhooks. Das richtige, solange kein Client ein anderes verlangt.
dialect-agentgatepay = Für Empfänger, die für AgentGatePay geschrieben sind: Zahlungen als Charges, signiert im Inhalt und in x-agentpay-signature.
dialect-agentgate = Für Empfänger von AgentGate-Arbeitsaufträgen: signiert in X-AgentGate-Signature.
dialect-paegents = Für Empfänger, die für Paegents geschrieben sind: ein Ereignis mit Payload, signiert in Paegents-Signature.

event-payment-recorded = Die Zahlung eines Agenten wurde gebucht.
event-payment-received = Ein Agent hat eine Zahlung empfangen.
event-payment-confirmed = Eine Zahlung auf einer Chain hat ihre Bestätigungen erreicht.
event-payment-completed = Der Status einer Zahlung wurde berichtigt: Sie wurde doch bezahlt, pünktlich oder verspätet.
event-payment-failed = Der Status einer Zahlung wurde berichtigt: Sie ist ausgeblieben.
event-payment-disputed = Der Status einer Zahlung wurde berichtigt: Sie ist strittig.
event-payments-imported = Eine Datei mit Zahlungen wurde importiert. Ihre Zahlungen haben keine eigenen Ereignisse.
event-certificate-issued = Ein Zertifikat wurde ausgestellt. Ein früheres des Agenten ist damit ersetzt.
event-certificate-renewed = Das Zertifikat eines Agenten wurde erneuert, ob abgelaufen oder nicht.
event-certificate-expiring = Ein Zertifikat endet bald: 14 Tage und 3 Tage vorher.
event-certificate-expired = Ein Zertifikat ist abgelaufen und wurde nicht erneuert.
event-certificate-suspended = Ein Zertifikat wurde ausgesetzt, weil die Bewertung weit unter die bescheinigte fiel.
event-certificate-revoked = Ein Zertifikat wurde widerrufen.
event-agent-created = Ein Agent wurde angelegt.
event-agent-updated = Name, Beschreibung, Framework oder Sichtbarkeit eines Agenten wurde geändert.
event-agent-archived = Ein Agent wurde archiviert.
event-agent-unarchived = Ein archivierter Agent wurde zurückgeholt.
event-agent-deleted = Ein Agent wurde gelöscht.
event-key-created = Ein API-Schlüssel wurde angelegt. Die Nachricht enthält ihn nie.
event-key-rotated = Ein API-Schlüssel wurde durch einen neuen ersetzt.
event-key-revoked = Ein API-Schlüssel wurde widerrufen.
event-webhook-disabled = Ein anderer Endpunkt des Arbeitsbereichs wurde abgeschaltet, weil er fünf Tage lang gestört war, 410 antwortete oder sein Geheimnis nicht mehr lesbar ist.
event-webhook-test = Ein Test aus dem Dashboard oder der API.

error-secret-overlap = Das Geheimnis wurde in den letzten 24 Stunden gewechselt, und das bisherige signiert noch mit. Empfänger nehmen zwei Signaturen an, nicht drei: Versuchen Sie es danach noch einmal.
error-endpoint-off = Der Endpunkt ist abgeschaltet. Schalten Sie ihn zuerst ein.

overview-webhook-look = Ansehen
overview-webhook-off = Der Webhook-Endpunkt { $name } ist abgeschaltet
overview-webhook-gone-text = Er antwortete 410 Gone. Ereignisse werden nicht mehr dorthin gesendet.
overview-webhook-off-text = Er war fünf Tage lang gestört. Ereignisse werden nicht mehr dorthin gesendet.
overview-webhook-fails = Webhooks an { $name } schlagen seit { $date } fehl
overview-webhook-fails-text = Ereignisse warten und werden wiederholt. Nach fünf Tagen wird der Endpunkt abgeschaltet.

audit-webhook-created = Webhook-Endpunkt angelegt
audit-webhook-updated = Webhook-Endpunkt geändert
audit-webhook-enabled = Webhook-Endpunkt eingeschaltet
audit-webhook-disabled = Webhook-Endpunkt abgeschaltet
audit-webhook-deleted = Webhook-Endpunkt gelöscht
audit-webhook-secret-rotated = Webhook-Geheimnis gewechselt
audit-webhook-secret-revealed = Webhook-Geheimnis gezeigt
audit-webhook-tested = Webhook-Test gesendet
audit-webhook-replayed = Webhook wiederholt
audit-webhook-failed-replayed = Fehlgeschlagene Webhooks wiederholt
audit-field-disabled = Abgeschaltet
audit-field-previous-until = Altes Geheimnis signiert bis

docs-webhooks = Webhooks
docs-webhooks-title = Webhook-Ereignisse
docs-webhooks-lead = Alle Ereignisse, die diese Instanz Ihnen senden kann, mit Beispiel und JSON Schema, und wie Sie sie empfangen.
docs-webhooks-json = Als JSON
docs-webhooks-contents = Inhalt
docs-webhooks-request = Die Anfrage
docs-webhooks-request-text = Ein POST mit JSON an Ihre URL. Jede Antwort von 200 bis 299 innerhalb von 15 Sekunden nimmt sie an; Weiterleitungen wird nicht gefolgt. Antworten Sie zuerst und arbeiten Sie danach.
docs-webhooks-order = Dasselbe Ereignis kann mehrmals kommen und nach einem Fehler außer der Reihe. Seine webhook-id bleibt gleich: Merken Sie sich, welche Sie schon gesehen haben.
docs-webhooks-header-id = Die ID des Ereignisses, bei jedem Versuch und jeder Wiederholung dieselbe.
docs-webhooks-header-timestamp = Wann dieser Versuch gemacht wurde, in Unix-Sekunden.
docs-webhooks-header-signature = v1 und der HMAC-SHA256 über ID, Zeit und Inhalt, mit Punkten verbunden, in Base64; zwei davon, während ein Geheimnis gewechselt wird.
docs-webhooks-retries = Wiederholungen
docs-webhooks-retries-text = Was nicht angenommen wird, wird achtmal versucht, jedes Mal um bis zu ein Fünftel früher oder später, damit nicht alles zugleich kommt. Retry-After wird beachtet, bis zu einem Tag. 410 schaltet den Endpunkt ab.
docs-webhooks-off-text = Ein Endpunkt, der fünf Tage lang ohne einen Erfolg gestört ist, wird abgeschaltet; die Übersicht sagt es, und die anderen erhalten webhook.disabled. Was aufgegeben wurde, lässt sich 30 Tage lang wiederholen.
docs-webhooks-attempt = Versuch
docs-webhooks-when = Wann
docs-webhooks-at-once = Sofort
docs-webhooks-after = { $span } nach dem vorigen
docs-seconds =
    { $count ->
        [one] Eine Sekunde
       *[other] { $count } Sekunden
    }
docs-minutes =
    { $count ->
        [one] Eine Minute
       *[other] { $count } Minuten
    }
docs-hours =
    { $count ->
        [one] Eine Stunde
       *[other] { $count } Stunden
    }
docs-webhooks-dialects-text = Jeder Endpunkt spricht ein Format. Die Beispiele unten sind in dem von Standard Webhooks; data ist in den anderen gleich, außer bei Zahlungen von AgentGatePay.
docs-webhooks-client = Format
docs-webhooks-schema = JSON Schema
docs-webhooks-example = Beispiel für { $kind }
