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
nav-control = Kontrolle
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
errors-too-many-title = Zu viele Anfragen
errors-too-many-text = Seiten wurden zu oft abgerufen oder Formulare zu oft gesendet. Warten Sie eine Minute und versuchen Sie es dann noch einmal.
errors-forbidden-title = Nicht für Ihre Rolle
errors-broken-title = Bei uns ist etwas fehlgeschlagen
errors-broken-text = Es steht im Protokoll des Servers. Versuchen Sie es gleich noch einmal.

error-session-ended = Sie waren inzwischen abgemeldet. Ihre Eingaben sind noch da; prüfen Sie sie und senden Sie noch einmal.
errors-again = Noch einmal versuchen
errors-refused-title = Diese Anfrage ist nicht verständlich
errors-refused-text = Die Adresse oder das Gesendete ist beschädigt oder zu groß. Gehen Sie zurück und versuchen Sie es noch einmal.
errors-broken-form-text = Es steht im Protokoll des Servers, und Ihre Eingaben wurden vielleicht nicht gespeichert. Gehen Sie zurück: Das Formular enthält sie noch.

shell-offline = Es besteht keine Verbindung. Ihre Eingaben sind noch da; senden Sie sie, sobald Sie wieder online sind.
shell-dismiss = Schließen

palette-open = Suchen
palette-label = Seite, Agent oder Aktion finden
palette-recent = Zuletzt
palette-none = Nichts passt. Versuchen Sie es mit weniger Buchstaben.
palette-choose = auswählen
palette-run = öffnen
palette-close = Schließen
palette-page = Seite
palette-action = Aktion
palette-agent = Agent
palette-new-agent = Agenten anlegen
palette-new-agents = Mehrere Agenten anlegen
palette-new-key = API-Schlüssel anlegen
palette-light = Helle Farben
palette-dark = Dunkle Farben
palette-system = Farben wie das System
palette-language = Sprache wechseln: { $language }

shortcuts-title = Tastenkürzel
shortcuts-palette = Suche
shortcuts-list = Diese Liste
shortcuts-single-keys = Kürzel aus einzelnen Tasten
shell-workspaces = Ihre Arbeitsbereiche
