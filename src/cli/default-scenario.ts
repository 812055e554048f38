/**
 * The scenario that is simulated where none is named; `--print-scenario` shows it.
 *
 * Owns the text alone. A site of middling size: its figures are made up, those of hardware, addresses
 * and devices come from the tables by their names.
 */
export const DEFAULT_SCENARIO = `# What is simulated. Members that are left out have the values that stand here.
schema: 1
title: A small site, 3,000 visitors a day, and five attackers
hours: 24
stepSeconds: 10
startHour: 0              # of the day
locations: 2              # of Cloudflare that requests arrive at
isolatesPerLocation: 2

site:
  pages:                  # what is asked for, and how often
    - { path: /, share: 0.3 }
    - { path: /articles/example, share: 0.6 }
    - { path: /search?q=example, share: 0.1 }
  staticPerPage: 19       # style sheets, scripts, images and fonts with a page
  pageBytes: 40000
  challengeBytes: 3000

origin:
  requestsPerSecond: 60   # pages that it can answer in a second
  latencyMs: 120
  timeoutSeconds: 10
  staticLoad: 0.05        # of a static response, for 1 of a page

visitors:                 # devices: those of "edgetoll price", unless listed here with shares
  perDay: 3000
  networks: 800
  nightShare: 0.2         # visits at the quietest hour for one at the busiest
  pagesMedian: 5
  pagesSpread: 0.9
  pauseSecondsMedian: 25
  pauseSpread: 1

# Strategies: floods (solves nothing), replays (one pass for ever), waits (patience and free requests),
# buys (computes at a fixed rate: dearer means fewer), insists (computes as much as its rate takes).
attackers:
  - name: scraper
    strategy: buys
    hardware: rtx-4090    # or { attemptsPerSecond: 22e9, dollarsPerHour: 0.29 }
    addresses: residential
    networks: 60
    besideVisitors: 0.1   # part of its networks in which visitors live too
    requestsPerSecond: 20
    budgetPerHour: 10     # dollars
    yieldPerThousand: 0.4 # dollars that a thousand answers are worth to it
    path: /articles/example

  - name: headless browsers
    strategy: buys
    hardware: browser-vcpu
    units: 8
    addresses: datacentre
    networks: 4
    requestsPerSecond: 10
    yieldPerThousand: 0.4
    path: /articles/example

  - name: flood in waves
    strategy: insists
    hardware: rtx-4090
    addresses: residential
    networks: 10
    besideVisitors: 0.2
    requestsPerSecond: 300
    budgetPerHour: 60
    fromHour: 6
    onMinutes: 60
    offMinutes: 120
    path: /search?q=example

  - name: patience
    strategy: waits
    hardware: native-core
    addresses: residential
    networks: 50
    requestsPerSecond: 5
    yieldPerThousand: 0.4

  - name: one pass for ever
    strategy: replays
    hardware: native-core
    addresses: datacentre
    networks: 1
    requestsPerSecond: 50
    everywhere: true      # from all locations and isolates

# How clients of a replayed log (--log) that are neither browsers nor proven bots reckon.
replay:
  hardware: rtx-4090
  addresses: datacentre
  yieldPerThousand: 0.4
`;
