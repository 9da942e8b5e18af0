certificates-lead = Jedes hält eine Bewertung für 90 Tage fest. Ein neueres Zertifikat ersetzt das frühere.
certificates-choose-agent = Agenten wählen
certificates-no-match = Kein Zertifikat passt
certificates-no-match-text = Mit diesem Status gibt es für diese Auswahl keines.
certificates-all = Alle
certificates-agent = Agent
certificates-all-agents = Alle Agenten
certificates-certified = Bescheinigt
certificates-confidence = Sicherheit
certificates-suspension = Ein Zertifikat wird ausgesetzt, wenn die Bewertung 10 Punkte oder mehr darunter fällt. Das Abzeichen bleibt grau, bis ein neues ausgestellt ist.
certificates-renew = Zertifikat erneuern
certificates-renewed = Zertifikat erneuert: Note { $grade }, { $score } von 100.
certificates-verify-page = Öffentliche Seite
certificates-signed = Signiertes Dokument
certificates-drawing = Zeichnung (SVG)
certificates-to-agent = Zum Agenten
certificates-revoke = Zertifikat widerrufen
certificates-revoke-text = Das Zertifikat verliert sofort und endgültig seine Gültigkeit, und das Abzeichen sagt es. Der Agent kann neu zertifiziert werden.
certificates-reason = Grund
certificates-reason-hint = Jeder kann ihn auf der Seite des Zertifikats lesen.
certificates-was-revoked = Das Zertifikat ist widerrufen.

certificate-signature = Signatur
certificate-is-valid = Dieses Zertifikat ist gültig
certificate-is-expired = Dieses Zertifikat ist abgelaufen
certificate-is-superseded = Dieses Zertifikat wurde ersetzt
certificate-is-suspended = Dieses Zertifikat ist ausgesetzt
certificate-is-revoked = Dieses Zertifikat ist widerrufen
certificate-is-forged = Die Signatur stimmt nicht
certificate-why-valid =
    { $days ->
        [0] Es gilt bis { $date }, nicht einmal mehr einen Tag.
        [one] Es gilt bis { $date }, noch einen Tag.
       *[other] Es gilt bis { $date }, noch { $days } Tage.
    }
certificate-why-expired = Es galt bis { $date }.
certificate-why-superseded = Am { $date } trat ein neueres Zertifikat an seine Stelle.
certificate-why-suspended = Es ist seit { $date } ausgesetzt: Die Bewertung fiel 10 Punkte oder mehr unter die bescheinigte.
certificate-why-revoked = Es wurde am { $date } widerrufen. Grund: { $reason }
certificate-why-withdrawn = Es wurde am { $date } widerrufen, weil sein Agent außer Dienst gestellt wurde.
certificate-void-sentence =
    { $count ->
        [one] hatte bei der Ausstellung selbstständig eine Zahlung geleistet. Mit diesem Zertifikat bürgt die Instanz jetzt nicht dafür.
       *[other] hatte bei der Ausstellung selbstständig { $count } Zahlungen geleistet. Mit diesem Zertifikat bürgt die Instanz jetzt nicht dafür.
    }
certificate-drawn-sentence =
    { $count ->
        [one] hatte bei der Ausstellung selbstständig eine Zahlung geleistet.
       *[other] hatte bei der Ausstellung selbstständig { $count } Zahlungen geleistet.
    }
certificate-checked = Geprüft { $time } UTC. Die Signatur passt zu einem öffentlichen Schlüssel von { $host }.
certificate-signature-bad = Verlassen Sie sich nicht darauf: Was gespeichert ist, wurde nicht mit einem Schlüssel signiert, zu dem { $host } steht.
certificate-based =
    { $count ->
        [one] Beruht auf einer Zahlung bis { $date }, berechnet mit { $algorithm }.
       *[other] Beruht auf { $count } Zahlungen bis { $date }, berechnet mit { $algorithm }.
    }
certificate-profile = Profil des Agenten
certificate-check = Selbst prüfen
certificate-check-text = Laden Sie das signierte Dokument und die öffentlichen Schlüssel herunter und prüfen Sie das eine mit den anderen. Node.js ab Version 18 genügt.
certificate-check-limits = Die Signatur beweist, was bis wann bescheinigt wurde. Ob es seither ersetzt, ausgesetzt oder widerrufen wurde, sagt nur diese Seite.
certificate-says = Was es sagt
certificate-says-text = Eine vorsichtige Schätzung, wie zuverlässig die eigenen Zahlungen dieses Agenten gelingen. Neuere Zahlungen zählen mehr.
certificate-says-not = Was es nicht sagt
certificate-says-not-text = Es ist kein Kreditrahmen und kein Urteil über einen Menschen. Nutzen Sie es nicht als alleinige Grundlage für Entscheidungen über Menschen.
certificate-issuer = Wer bürgt
certificate-self-issued = Selbst ausgestellt: Der Agent gehört dem Betreiber von { $host }, der hier selbst für ihn bürgt. Gewichten Sie es wie jedes Wort in eigener Sache.
certificate-other-issued = { $host } bürgt. Der Agent gehört dort einem anderen Konto, nicht dem Betreiber.
