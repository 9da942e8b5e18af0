shell-skip = Zum Inhalt springen
shell-main-nav = Hauptnavigation
shell-open-nav = Navigation öffnen
shell-breadcrumb = Pfad
shell-dashboard = Dashboard
shell-pages = Seiten
shell-newest = Neueste
shell-older = Ältere
shell-theme = Farben
shell-theme-system = Wie das System
shell-theme-light = Hell
shell-theme-dark = Dunkel
shell-language = Sprache
shell-account = Konto:
shell-plan = Tarif { $plan }

nav-overview = Übersicht
nav-agents = Agenten
nav-payments = Zahlungen
nav-certificates = Zertifikate
nav-audit-log = Audit-Log
nav-build = Anbinden
nav-api-keys = API-Schlüssel
nav-operator = Betrieb
nav-settings = Einstellungen

copy-label = Kopieren
copy-done = Kopiert

errors-to-start = Zur Startseite
errors-to-dashboard = Zum Dashboard
errors-not-found-title = Hier ist nichts
errors-not-found-text = Diese Seite gibt es nicht, oder sie ist nicht öffentlich. Prüfen Sie die Adresse.
errors-forbidden-title = Nicht für Ihre Rolle
errors-broken-title = Bei uns ist etwas fehlgeschlagen
errors-broken-text = Es steht im Protokoll. Versuchen Sie es gleich noch einmal.
