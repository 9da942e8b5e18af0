keys-revoked = Der Schlüssel { $name } ist widerrufen.
keys-lead = Damit melden sich Agenten und Programme an. Jeder wird einmal gezeigt.
keys-once = Bewahren Sie diesen Schlüssel jetzt auf
keys-once-text = Der Schlüssel { $name } wird nicht noch einmal gezeigt. Legen Sie ihn dort ab, wo Ihr Agent ihn findet.
keys-secret = Neuer API-Schlüssel
keys-name = Name
keys-permissions = Rechte
keys-last-used = Zuletzt benutzt
keys-expires = Läuft ab
keys-state = Zustand
keys-actions = Aktionen
keys-active = Aktiv
keys-is-revoked = Widerrufen
keys-expired = Abgelaufen
keys-never = nie
keys-read = Lesen
keys-read-text = Agenten, Zahlungen und Zertifikate sehen.
keys-write = Schreiben
keys-write-text = Zahlungen melden und Zertifikate ausstellen.
keys-manage = Verwalten
keys-manage-text = Agenten und Schlüssel anlegen, ändern und löschen.
keys-new = Neuer Schlüssel
keys-new-text = Geben Sie ihm nur, was er braucht.
keys-days =
    { $days ->
        [one] In einem Tag
       *[other] In { $days } Tagen
    }
keys-no-end = Nie
keys-create = Schlüssel anlegen
keys-revoke = Widerrufen
keys-revoke-text = Was ihn benutzt, funktioniert sofort nicht mehr.
keys-revoke-named = { $name } widerrufen
