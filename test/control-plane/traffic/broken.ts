// Broken traffic documents, and the lines that say so: what is wrong, where, and what was probably meant.

const indent = (columns: number, text: string): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(columns))

const SOUND = `checks:
  api: { type: tcp, port: 80 }
regions:
  one: { addresses: [192.0.2.1] }
  two: { addresses: ["2001:db8::1"] }
`
const ZONE = 'zones:\n  example.com:\n    nameservers: [ns.example.net]\n    records:\n'

const whole = (text: string): string => text
const checks = (text: string): string => `zones: {}\nchecks:\n${indent(2, text)}`
const region = (text: string): string => `zones: {}\n${SOUND}  bad:\n${indent(4, text)}`
const zone = (text: string): string => `zones:\n  example.com:\n${indent(4, text)}`
const records = (text: string): string => `${SOUND}${ZONE}${indent(6, text)}`
const api = (text: string): string => `${SOUND}${ZONE}      api:\n${indent(8, text)}`

/** The fact, the text, and the problems in the order of the text. */
export const BROKEN: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a calculated check names checks that there are, and not itself, however far round',
    checks(`api: { type: tcp, port: 80 }
one: { type: calculated, of: [apy, api, api] }
two: { type: calculated, of: [two] }
a: { type: calculated, of: [api, b] }
b: { type: calculated, of: [c], needs: 2 }
c: { type: calculated, of: [a], port: 80 }
`),
    [
      'traffic.yaml:4:33 checks.one.of[0]: no check is named "apy" (did you mean "api"?)',
      'traffic.yaml:4:43 checks.one.of[2]: check "api" is already in this list',
      'traffic.yaml:5:32 checks.two.of: this check is made of itself: two > two',
      'traffic.yaml:6:30 checks.a.of: this check is made of itself: a > b > c > a',
      'traffic.yaml:7:30 checks.b.of: this check is made of itself: b > c > a > b',
      'traffic.yaml:7:42 checks.b.needs: 2 are needed, and there are 1',
      'traffic.yaml:8:30 checks.c.of: this check is made of itself: c > a > b > c',
      'traffic.yaml:8:35 checks.c.port: unknown key "port"; known here: type, of, needs, observe, inverted, enabled',
    ],
  ],
  [
    'failures are confirmed no slower than the interval',
    checks(`a: { type: tcp, port: 80, interval: 5s, confirm: 6s }
b: { type: tcp, port: 80, confirm: 10ms }
`),
    [
      'traffic.yaml:3:52 checks.a.confirm: must not be longer than the interval, 5s',
      'traffic.yaml:4:38 checks.b.confirm: "10ms" is too short; 100ms is the least',
    ],
  ],
  [
    'a passive check has no address, and shares that are shares',
    checks(`rum: { type: passive, address: 192.0.2.1, error-rate: 5, weight: 0 }
`),
    [
      'traffic.yaml:3:25 checks.rum.address: a passive check is told of regions, and has no address',
      'traffic.yaml:3:57 checks.rum.error-rate: 5 is not a share such as 5%',
      'traffic.yaml:3:68 checks.rum.weight: 0 is too small; 1 is the least',
    ],
  ],
  [
    'TLS has a timeout where there is TLS, within the timeout of all',
    checks(`a: { type: http, port: 80, tls-timeout: 1s }
b: { type: tls, port: 443, tls-timeout: 5s }
`),
    [
      'traffic.yaml:3:30 checks.a.tls-timeout: is for https checks only',
      'traffic.yaml:4:43 checks.b.tls-timeout: must not be longer than the timeout, which covers it',
    ],
  ],
  [
    'a region depends on calculated checks only where all of their parts stand elsewhere',
    `zones: {}
checks:
  api: { type: tcp, port: 80 }
  db: { type: tcp, port: 5432, address: 192.0.2.70 }
  far: { type: calculated, of: [db] }
  mixed: { type: calculated, of: [db, api] }
regions:
  eu: { addresses: [192.0.2.1], depends-on: [far, mixed] }
`,
    ['traffic.yaml:8:51 regions.eu.depends-on[1]: check "mixed" has no address of its own that could be depended on'],
  ],
  [
    'an empty text is no document',
    whole(``),
    ['traffic.yaml:1:1 is empty; write a map with the keys checks, regions, policies and zones here'],
  ],
  [
    'a list is no document',
    whole(`- zones
`),
    ['traffic.yaml:1:1 a list of 1 is not a map with the keys checks, regions, policies and zones'],
  ],
  [
    'a document needs zones',
    whole(`checks: {}
`),
    ['traffic.yaml:1:1 needs the key "zones"'],
  ],
  [
    'a mistyped key gets the nearest known one',
    whole(`zone: {}
`),
    ['traffic.yaml:1:1 needs the key "zones"', 'traffic.yaml:1:1 zone: unknown key "zone" (did you mean "zones"?)'],
  ],
  [
    'a key that is like no other gets the list of those there are',
    whole(`zones: {}
bananas: 1
`),
    ['traffic.yaml:2:1 bananas: unknown key "bananas"; known here: checks, regions, policies, latency, safety, zones'],
  ],
  [
    'a section with nothing in it says what belongs there',
    whole(`zones:
`),
    ['traffic.yaml:1:7 zones: is empty; write a map here'],
  ],
  [
    'a syntax error has its place',
    whole(`zones: { a: [1, 2 }
`),
    ['traffic.yaml:1:19 Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  [
    'a key that is written twice is refused',
    whole(`zones: {}
checks: {}
zones: {}
`),
    ['traffic.yaml:3:1 the key "zones" is already there'],
  ],
  [
    'a number and its text are the same key',
    whole(`zones: {}
checks: { 1: {type: tcp, port: 1}, "1": {type: tcp, port: 1} }
`),
    ['traffic.yaml:2:36 the key "1" is already there'],
  ],
  [
    'an asterisk without quotes is explained',
    records(`*.wild: { type: A, data: 192.0.2.1 }
`),
    ['traffic.yaml:10:7 an asterisk begins an alias; where a wildcard is meant, quote it: "*"'],
  ],
  [
    'an alias to nothing is refused',
    whole(`zones: *nothing
`),
    ['traffic.yaml:1:8 no anchor of this name stands before it'],
  ],
  [
    'a second document in the file is refused',
    whole(`zones: {}
---
zones: {}
`),
    ['traffic.yaml:2:1 a second document begins here; there can be only one in a file'],
  ],
  [
    'an unknown tag is refused',
    whole(`zones: !include other.yaml
`),
    ['traffic.yaml:1:8 Unresolved tag: !include'],
  ],
  [
    'a tab is no indentation',
    whole(`zones:
	example.com: {}
`),
    ['traffic.yaml:2:1 Tabs are not allowed as indentation'],
  ],
  [
    'an id has no capitals',
    checks(`API: { type: tcp, port: 80 }
`),
    ['traffic.yaml:3:3 checks.API: "API" is not an id: a to z, 0 to 9 and -, at most 63 of them'],
  ],
  [
    'a check needs a type and a port',
    checks(`api: { path: / }
`),
    ['traffic.yaml:3:8 checks.api: needs the key "type"', 'traffic.yaml:3:8 checks.api: needs the key "port"'],
  ],
  [
    'a type of check is one of twelve',
    checks(`api: { type: htp, port: 80 }
`),
    [
      'traffic.yaml:3:16 checks.api.type: "htp" is not one of http, https, tcp, tls, grpc, dns, icmp, metric, exec, push, passive, calculated (did you mean "http"?)',
    ],
  ],
  [
    'a TCP check has no path',
    checks(`api: { type: tcp, port: 80, path: / }
`),
    [
      'traffic.yaml:3:31 checks.api.path: unknown key "path"; known here: type, address, interval, timeout, confirm, fall, rise, steady, damping, max-latency, latency-window, votes, observe, inverted, enabled, port, connect-timeout, send, receive',
    ],
  ],
  [
    'a port is at most 65535',
    checks(`api: { type: tcp, port: 80800 }
`),
    ['traffic.yaml:3:27 checks.api.port: 80800 is too large; 65535 is the most'],
  ],
  [
    'a duration has a unit that is known',
    checks(`api: { type: tcp, port: 80, interval: 10sec }
`),
    ['traffic.yaml:3:41 checks.api.interval: "10sec" is not a duration such as 500ms, 10s, 5m, 2h or 14d'],
  ],
  [
    'an interval is at least a second',
    checks(`api: { type: tcp, port: 80, interval: 500ms, timeout: 100ms }
`),
    ['traffic.yaml:3:41 checks.api.interval: "500ms" is too short; 1s is the least'],
  ],
  [
    'a timeout is shorter than its interval',
    checks(`api: { type: tcp, port: 80, interval: 5s, timeout: 5s }
`),
    ['traffic.yaml:3:54 checks.api.timeout: the timeout, 5s, must be shorter than the interval, 5s'],
  ],
  [
    'an interval is longer than the timeout that nobody wrote',
    checks(`api: { type: tcp, port: 80, interval: 2s }
`),
    [
      'traffic.yaml:3:41 checks.api.interval: the interval, 2s, must be longer than the timeout, which is 4s unless written',
    ],
  ],
  [
    'a timeout is more than nothing',
    checks(`api: { type: tcp, port: 80, timeout: 0 }
`),
    ['traffic.yaml:3:40 checks.api.timeout: 0 is too short; 1ms is the least'],
  ],
  [
    'fall is a whole number from 1 on',
    checks(`api: { type: tcp, port: 80, fall: 0, rise: 1.5 }
`),
    [
      'traffic.yaml:3:37 checks.api.fall: 0 is too small; 1 is the least',
      'traffic.yaml:3:46 checks.api.rise: 1.5 is not a whole number',
    ],
  ],
  [
    'a method is GET or HEAD',
    checks(`api: { type: http, port: 80, method: POST }
`),
    ['traffic.yaml:3:40 checks.api.method: "POST" is not one of GET, HEAD'],
  ],
  [
    'a path begins with a slash',
    checks(`api: { type: http, port: 80, path: health }
`),
    ['traffic.yaml:3:38 checks.api.path: "health" is not a path that begins with /'],
  ],
  [
    'a range of codes runs upwards',
    checks(`api: { type: http, port: 80, expect: [299-200, 999] }
`),
    [
      'traffic.yaml:3:41 checks.api.expect[0]: "299-200" is empty: it runs from 299 down to 200',
      'traffic.yaml:3:50 checks.api.expect[1]: 999 is too large; 599 is the most',
    ],
  ],
  [
    'verify is for https alone',
    checks(`api: { type: http, port: 80, verify: false }
`),
    ['traffic.yaml:3:32 checks.api.verify: only an https check has a certificate to verify'],
  ],
  [
    'a bad address is shown',
    region(`addresses: [10.0.0.300]
`),
    ['traffic.yaml:8:17 regions.bad.addresses[0]: "10.0.0.300" is not an IP address'],
  ],
  [
    'an address that is a number is shown',
    region(`addresses: [10.1]
`),
    ['traffic.yaml:8:17 regions.bad.addresses[0]: 10.1 is not an IP address'],
  ],
  [
    'addresses are a list',
    region(`addresses: 192.0.2.9
`),
    ['traffic.yaml:8:16 regions.bad.addresses: "192.0.2.9" is not a list of IP addresses'],
  ],
  [
    'a region needs an address',
    region(`addresses: []
`),
    ['traffic.yaml:8:16 regions.bad.addresses: needs at least one entry'],
  ],
  [
    'a region needs the key addresses',
    region(`weight: 1
`),
    ['traffic.yaml:8:5 regions.bad: needs the key "addresses"'],
  ],
  [
    'an address belongs to one region, however it is written',
    region(`addresses: ["2001:DB8:0::1"]
`),
    ['traffic.yaml:8:17 regions.bad.addresses[0]: "2001:DB8:0::1" is already an address of region "two"'],
  ],
  [
    'an address stands once in its region',
    region(`addresses: [192.0.2.9, 192.0.2.9]
`),
    ['traffic.yaml:8:28 regions.bad.addresses[1]: "192.0.2.9" is already an address of this region'],
  ],
  [
    'a location has two numbers',
    region(`addresses: [192.0.2.9]
location: [50.11]
`),
    [
      'traffic.yaml:9:15 regions.bad.location: a list of 1 is not a latitude and a longitude in degrees, such as [50.11, 8.68]',
    ],
  ],
  [
    'a latitude is at most 90 degrees',
    region(`addresses: [192.0.2.9]
location: [139.69, 35.68]
`),
    ['traffic.yaml:9:16 regions.bad.location[0]: 139.69 is too large; 90 is the most'],
  ],
  [
    'a location is made of numbers',
    region(`addresses: [192.0.2.9]
location: [50.11N, 8.68E]
`),
    [
      'traffic.yaml:9:16 regions.bad.location[0]: "50.11N" is not a latitude in degrees',
      'traffic.yaml:9:24 regions.bad.location[1]: "8.68E" is not a longitude in degrees',
    ],
  ],
  [
    'a weight is not below nothing',
    region(`addresses: [192.0.2.9]
weight: -1
`),
    ['traffic.yaml:9:13 regions.bad.weight: -1 is too small; 0 is the least'],
  ],
  [
    'a TTL of a region is at least a second',
    region(`addresses: [192.0.2.9]
ttl: 0s
`),
    ['traffic.yaml:9:10 regions.bad.ttl: "0s" is too short; 1s is the least'],
  ],
  [
    'a TTL of a region is whole seconds',
    region(`addresses: [192.0.2.9]
ttl: 1500ms
`),
    ['traffic.yaml:9:10 regions.bad.ttl: "1500ms" is not a whole number of seconds'],
  ],
  [
    'a TTL of a region has no bounds',
    region(`addresses: [192.0.2.9]
ttl: { max: 15s }
`),
    ['traffic.yaml:9:10 regions.bad.ttl: a map is not a duration such as 500ms, 10s, 5m, 2h or 14d'],
  ],
  [
    'a capacity is more than nothing',
    region(`addresses: [192.0.2.9]
capacity: 0
`),
    ['traffic.yaml:9:15 regions.bad.capacity: 0 is too small; it must be more than 0'],
  ],
  [
    'enabled is true or false',
    region(`addresses: [192.0.2.9]
enabled: off
`),
    ['traffic.yaml:9:14 regions.bad.enabled: "off" is not true or false'],
  ],
  [
    'a check that is referred to exists',
    region(`addresses: [192.0.2.9]
checks: [apy, api, api]
`),
    [
      'traffic.yaml:9:14 regions.bad.checks[0]: no check is named "apy" (did you mean "api"?)',
      'traffic.yaml:9:24 regions.bad.checks[2]: check "api" is already in this list',
    ],
  ],
  [
    'a policy has a step',
    whole(`zones: {}
policies: { near: [] }
`),
    ['traffic.yaml:2:19 policies.near: needs at least one entry'],
  ],
  [
    'a step is one that exists',
    whole(`zones: {}
policies: { near: [ distanse ] }
`),
    [
      'traffic.yaml:2:21 policies.near[0]: "distanse" is not one of distance, latency, geo, tier, order, weight, sticky, round-robin, shed, balance (did you mean "distance"?)',
    ],
  ],
  [
    'a step written as a map has one key',
    whole(`zones: {}
policies: { near: [ { distance: , latency: {} } ] }
`),
    ['traffic.yaml:2:21 policies.near[0]: has 2 keys; exactly one is expected'],
  ],
  ...(
    [
      [
        'a bias has bounds',
        '[ { distance: { bias: { one: 100 } } } ]',
        '[0].distance.bias.one: 100 is too large; 99 is the most',
        44,
      ],
      [
        'a bias names a region or a tag',
        '[ { distance: { bias: { oen: 9 } } } ]',
        '[0].distance.bias.oen: no region and no tag is named "oen" (did you mean "one"?)',
        44,
      ],
      [
        'a step that needs options is no word',
        '[ fence ]',
        '[0]: "fence" is not one of distance, latency, geo, tier, order, weight, sticky, round-robin, shed, balance',
        17,
      ],
      [
        'a latency table is there',
        '[ { latency: { table: rum } } ]',
        '[0].latency.table: no latency table is named "rum"; there is no latency table at all',
        37,
      ],
      [
        'a rule is about clients that there are',
        '[ { geo: { rules: { XX: one } } } ]',
        '[0].geo.rules.XX: no country has the code "XX"',
        35,
      ],
      [
        'a network ends in zeros',
        '[ { geo: { rules: { 192.0.2.1/24: one } } } ]',
        '[0].geo.rules["192.0.2.1/24"]: "192.0.2.1/24" is no network such as 192.0.2.0/24 with zeros after its length',
        35,
      ],
      [
        'a continent has a code',
        '[ { geo: { rules: { "continent:XX": one } } } ]',
        '[0].geo.rules["continent:XX"]: no continent has the code "XX"; they are AF, AN, AS, EU, NA, OC, SA',
        35,
      ],
      [
        'there is one rule for the same clients',
        '[ { geo: { rules: { DE: one, de: two } } } ]',
        '[0].geo.rules.de: there is already a rule for DE',
        44,
      ],
      [
        'a fence is of one kind',
        '[ { fence: { by: country, to: one } } ]',
        '[0].fence: a fence has either "by" (country or continent) or "to" (regions)',
        26,
      ],
      ['a region stands in one tier', '[ { tier: [one, [two, one]] } ]', '[0].tier[1]: "one" is already in tier 1', 31],
      [
        'a region stands in one group',
        '[ { groups: [ { regions: one }, { regions: [two, one] } ] } ]',
        '[0].groups[1].regions: "one" is already in another group',
        58,
      ],
      [
        'a group can reach its minimum',
        '[ { groups: [ { regions: one, min-healthy: 2 } ] } ]',
        '[0].groups[0].min-healthy: a group of 1 cannot have 2 regions up',
        58,
      ],
      [
        'within a group clients are not shared out',
        '[ { groups: [ { regions: one, steps: [ { take: 2 } ] } ] } ]',
        '[0].groups[0].steps[0]: "take" cannot stand within a group, only beside groups',
        54,
      ],
      [
        'within a group steps are known',
        '[ { groups: [ { regions: one, steps: [ nearst ] } ] } ]',
        '[0].groups[0].steps[0]: "nearst" is not one of distance, latency, geo, tier, order, weight, sticky, round-robin, shed, balance',
        54,
      ],
      [
        'the low mark is the lower one',
        '[ { shed: { low: 90%, high: 80% } } ]',
        '[0].shed: the low mark, 90%, must be below the high one, 80%',
        25,
      ],
      [
        'no more than all clients trickle',
        '[ { trickle: 101% } ]',
        '[0].trickle: 101% of the clients is more than there are',
        28,
      ],
      [
        'a distance has a unit',
        '[ { spread: { within: 300 } } ]',
        '[0].spread.within: 300 is not a distance such as 300km, or a share such as 10%',
        37,
      ],
      ['an answer holds a region', '[ { take: 0 } ]', '[0].take: 0 is too small; 1 is the least', 25],
      [
        'a policy is sticky or not',
        '[ sticky, round-robin ]',
        ': a policy is either sticky or round-robin: a network keeps its region, or it does not',
        15,
      ],
    ] as const
  ).map(([fact, steps, problem, column]): readonly [string, string, readonly string[]] => [
    fact,
    `zones: {}\n${SOUND}policies:\n        near: ${steps}\n`,
    [`traffic.yaml:8:${column} policies.near${problem}`],
  ]),
  [
    'a tag is no id of a region',
    region(`addresses: [192.0.2.7]
tags: [one]
`),
    ['traffic.yaml:9:12 regions.bad.tags[0]: the tag "one" is also the id of a region'],
  ],
  [
    'a region is in a country that there is',
    region(`addresses: [192.0.2.7]
country: XX
`),
    ['traffic.yaml:9:14 regions.bad.country: no country has the code "XX"'],
  ],
  [
    'fixed addresses are addresses',
    api(`{ steer: nearest, when-all-down: { fixed: [nowhere] } }
`),
    ['traffic.yaml:11:52 zones["example.com"].records.api.when-all-down.fixed[0]: "nowhere" is not an IP address'],
  ],
  [
    'a step stands once in a policy',
    whole(`zones: {}
policies: { near: [ distance, { distance: } ] }
`),
    ['traffic.yaml:2:31 policies.near[1]: the step "distance" is already in this policy'],
  ],
  [
    'a zone has nameservers',
    whole(`zones:
  example.org: { ttl: 1h }
`),
    ['traffic.yaml:2:16 zones["example.org"]: needs the key "nameservers"'],
  ],
  [
    'a zone has a name',
    whole(`zones:
  exa mple.org: { nameservers: [ns.example.net] }
  "@": { nameservers: [ns.example.net] }
`),
    [
      'traffic.yaml:2:3 zones["exa mple.org"]: "exa mple.org" has the character " "; write it as \\DDD, or use punycode',
      'traffic.yaml:3:3 zones.@: "@" is not the name of a zone',
    ],
  ],
  [
    'a zone stands once, however it is written',
    whole(`zones:
  example.org: { nameservers: [ns.example.net] }
  EXAMPLE.org.: { nameservers: [ns.example.net] }
`),
    ['traffic.yaml:3:3 zones["EXAMPLE.org."]: this zone is already there, as "example.org"'],
  ],
  [
    'a nameserver within the zone has an address there',
    zone(`nameservers: [ns1.example.com, NS2.example.com.]
records: { ns1: { type: A, data: 192.0.2.1 } }
`),
    [
      'traffic.yaml:3:36 zones["example.com"].nameservers[1]: NS2.example.com. is within the zone and needs an A or AAAA record in it',
    ],
  ],
  [
    'a nameserver stands once',
    zone(`nameservers: [ns.example.net, ns.example.net.]
`),
    ['traffic.yaml:3:35 zones["example.com"].nameservers[1]: ns.example.net. is already a nameserver of this zone'],
  ],
  [
    'a mailbox has an at sign',
    zone(`nameservers: [ns.example.net]
soa: { mailbox: hostmaster, serial: 4294967296 }
`),
    [
      'traffic.yaml:4:21 zones["example.com"].soa.mailbox: "hostmaster" is not a mailbox such as hostmaster@example.com',
      'traffic.yaml:4:41 zones["example.com"].soa.serial: 4294967296 is too large; 4294967295 is the most',
    ],
  ],
  [
    'a network has zeros after its length',
    zone(`nameservers: [ns.example.net]
ecs-trust: [10.0.0.1/8, everybody]
`),
    [
      'traffic.yaml:4:17 zones["example.com"].ecs-trust[0]: "10.0.0.1/8" is not a network such as 192.0.2.0/24 with zeros after its length',
      'traffic.yaml:4:29 zones["example.com"].ecs-trust[1]: "everybody" is not a network such as 192.0.2.0/24 with zeros after its length',
    ],
  ],
  [
    'a TTL is a whole number of seconds',
    zone(`nameservers: [ns.example.net]
ttl: 1500ms
negative-ttl: 99999d
`),
    [
      'traffic.yaml:4:10 zones["example.com"].ttl: "1500ms" is not a whole number of seconds',
      'traffic.yaml:5:19 zones["example.com"].negative-ttl: "99999d" is too long; 24855d is the most',
    ],
  ],
  [
    'a record has a type and data',
    records(`www: { ttl: 60, type: A }
`),
    ['traffic.yaml:10:12 zones["example.com"].records.www: needs the key "data"'],
  ],
  [
    'a record is a map',
    records(`www: [192.0.2.1]
`),
    [
      'traffic.yaml:10:13 zones["example.com"].records.www[0]: "192.0.2.1" is not a record, such as { type: A, data: 192.0.2.1 } or { steer: nearest }',
    ],
  ],
  [
    'a record type exists',
    records(`www: { type: CNAM, data: example.org. }
`),
    ['traffic.yaml:10:20 zones["example.com"].records.www.type: "CNAM" is not a record type (did you mean "CNAME"?)'],
  ],
  [
    'a question type is no record type',
    records(`www: { type: ANY, data: "" }
`),
    ['traffic.yaml:10:20 zones["example.com"].records.www.type: ANY is no type of data that a zone can hold'],
  ],
  [
    'bad data say what is wrong',
    records(`www: { type: A, data: 192.0.2.256 }
`),
    ['traffic.yaml:10:29 zones["example.com"].records.www.data: A: address: "192.0.2.256" is not an IPv4 address'],
  ],
  [
    'data are text',
    records(`www: { type: TXT, data: 12 }
`),
    ['traffic.yaml:10:31 zones["example.com"].records.www.data: 12 is not text; quote it'],
  ],
  [
    'an owner is a name',
    records(`a..b: { type: A, data: 192.0.2.1 }
`),
    ['traffic.yaml:10:7 zones["example.com"].records["a..b"]: "a..b" has an empty label'],
  ],
  [
    'an owner lies in the zone',
    records(`www.example.org.: { type: A, data: 192.0.2.1 }
`),
    [
      'traffic.yaml:10:7 zones["example.com"].records["www.example.org."]: "www.example.org." is outside the zone example.com.',
    ],
  ],
  [
    'an owner that repeats the zone lacks a dot',
    records(`www.example.com: { type: A, data: 192.0.2.1 }
`),
    [
      'traffic.yaml:10:7 zones["example.com"].records["www.example.com"]: "www.example.com" means www.example.com.example.com.: end it with a dot, or leave the zone\'s name away',
    ],
  ],
  [
    'a name in data that repeats the zone lacks a dot',
    records(`"@": { type: MX, data: 10 mail.example.com }
`),
    [
      'traffic.yaml:10:30 zones["example.com"].records.@.data: "mail.example.com" means mail.example.com.example.com. here: end it with a dot',
    ],
  ],
  [
    'a CNAME stands alone',
    records(`www: [ { type: CNAME, data: a }, { type: TXT, data: x } ]
`),
    [
      'traffic.yaml:10:14 zones["example.com"].records.www[0]: a CNAME cannot stand beside the TXT record of the same name',
    ],
  ],
  [
    'a CNAME stands once',
    records(`www: [ { type: CNAME, data: a }, { type: CNAME, data: b } ]
`),
    [
      'traffic.yaml:10:40 zones["example.com"].records.www[1]: a CNAME cannot stand beside the CNAME record of the same name',
    ],
  ],
  [
    'no CNAME stands at the zone itself',
    records(`"@": [ { type: CNAME, data: a } ]
`),
    ['traffic.yaml:10:14 zones["example.com"].records.@[0]: a CNAME cannot stand at the zone itself; an ALIAS can'],
  ],
  [
    'SOA and NS of the zone have keys of their own',
    records(`"@": [ { type: SOA, data: x }, { type: NS, data: ns } ]
`),
    [
      'traffic.yaml:10:22 zones["example.com"].records.@[0].type: the SOA record comes from the key "soa" of the zone',
      'traffic.yaml:10:46 zones["example.com"].records.@[1].type: the NS records of the zone itself come from its key "nameservers"',
    ],
  ],
  [
    'a record set has one TTL',
    records(`www: [ { type: A, data: 192.0.2.1, ttl: 60 }, { type: A, data: 192.0.2.2 } ]
`),
    [
      'traffic.yaml:10:53 zones["example.com"].records.www[1]: its TTL is 3600 s, but that of the first A record of this name is 60 s',
    ],
  ],
  [
    'a record stands once, under whatever spelling of its owner',
    records(`www: { type: A, data: 192.0.2.1 }
WWW: { type: A, data: 192.0.2.1 }
`),
    ['traffic.yaml:11:12 zones["example.com"].records.WWW: this A record is already there'],
  ],
  [
    'below a DNAME nothing is steered',
    records(`old: { type: DNAME, data: new }
b.old: { steer: nearest }
`),
    [
      'traffic.yaml:11:14 zones["example.com"].records["b.old"]: a steered name below the DNAME of old.example.com. is never seen',
    ],
  ],
  [
    'a DNAME stands once',
    records(`old: [ { type: DNAME, data: a }, { type: DNAME, data: b } ]
`),
    [
      'traffic.yaml:10:40 zones["example.com"].records.old[1]: a DNAME cannot stand beside the DNAME record of the same name',
    ],
  ],
  [
    'a wildcard is neither delegated nor renamed',
    records(`"*.a": { type: NS, data: ns.example.net. }
"*.b": { type: DNAME, data: x.example.net. }
`),
    [
      'traffic.yaml:10:14 zones["example.com"].records["*.a"]: a wildcard cannot have an NS record',
      'traffic.yaml:11:14 zones["example.com"].records["*.b"]: a wildcard cannot have a DNAME record',
    ],
  ],
  [
    'a steered name is not at or below a delegation',
    records(`sub: [ { type: NS, data: ns }, { steer: nearest } ]
a.sub: { steer: nearest }
`),
    [
      'traffic.yaml:10:38 zones["example.com"].records.sub[1]: a steered name cannot be at or below the delegation of sub.example.com.',
      'traffic.yaml:11:14 zones["example.com"].records["a.sub"]: a steered name cannot be at or below the delegation of sub.example.com.',
    ],
  ],
  [
    'a region has addresses or a target, not both and not neither, and a target is a host name',
    `zones: {}
regions:
  both: { addresses: [192.0.2.1], target: lb.example.net }
  neither: { weight: 1 }
  address: { target: 192.0.2.2 }
  words: { target: "a b" }
  odd: { target: "a..b" }
  escaped: { target: 'a\\032b.example.net' }
`,
    [
      'traffic.yaml:3:35 regions.both.target: a region has addresses or a target, and not both',
      'traffic.yaml:4:12 regions.neither: needs the key "addresses"',
      'traffic.yaml:5:22 regions.address.target: "192.0.2.2" is an address; write it in "addresses"',
      'traffic.yaml:6:20 regions.words.target: "a b" has the character " "; write it as \\DDD, or use punycode',
      'traffic.yaml:7:18 regions.odd.target: "a..b" has an empty label',
      'traffic.yaml:8:22 regions.escaped.target: "a\\032b.example.net" is not a host name',
    ],
  ],
  [
    'a name that is steered to targets is a CNAME: alone, not the zone itself, one at a time',
    `regions:
  lb: { target: lb.example.net }
  one: { addresses: [192.0.2.1] }
zones:
  example.com:
    nameservers: [ns.example.com]
    records:
      ns: { steer: nearest, regions: [lb] }
      "@": { steer: nearest, regions: [lb] }
      a: [ { steer: nearest, regions: [lb] }, { type: TXT, data: x } ]
      b: { steer: nearest }
      c: { steer: nearest, regions: [lb], fallback: [one] }
      d: { steer: nearest, regions: [lb], when-all-down: serve-all }
      e: { steer: nearest, regions: [lb], when-all-down: nodata }
`,
    [
      'traffic.yaml:6:19 zones["example.com"].nameservers[0]: ns.example.com. is within the zone and needs an A or AAAA record in it',
      'traffic.yaml:9:12 zones["example.com"].records.@: the zone itself cannot have a CNAME, which is what regions with targets give',
      'traffic.yaml:10:12 zones["example.com"].records.a[0]: regions with targets give a CNAME, which cannot stand beside the TXT record of the same name',
      'traffic.yaml:11:10 zones["example.com"].records.b: region "lb" has a target and region "one" has addresses: a CNAME stands alone, so a steered name is of one kind; say which in "regions"',
      'traffic.yaml:12:10 zones["example.com"].records.c: region "lb" has a target and region "one" has addresses: a CNAME stands alone, so a steered name is of one kind; say which in "regions"',
      'traffic.yaml:13:58 zones["example.com"].records.d.when-all-down: a name has one CNAME only, so regions with targets cannot be served all at once; first-choice gives the best of them',
    ],
  ],
  [
    'an ALIAS has addresses, so it does not lead to a name that is steered to targets',
    `regions: { lb: { target: lb.example.net } }
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
      api: { steer: nearest }
      "@": { type: ALIAS, data: api }
`,
    [
      'traffic.yaml:4:5 zones["example.com"]: the ALIAS of example.com. leads to api.example.com., whose regions have targets in place of addresses',
    ],
  ],
  [
    'a name is steered by the zone that it belongs to',
    `regions: { one: { addresses: [192.0.2.1] } }
zones:
  example.com:
    nameservers: [ns.example.net]
    records: { api.sub: { steer: nearest } }
  sub.example.com:
    nameservers: [ns.example.net]
`,
    [
      'traffic.yaml:4:5 zones["example.com"]: api.sub.example.com. belongs to the zone sub.example.com., which is served here as well: what this zone says of it is never seen',
    ],
  ],
  [
    'an ALIAS leads to a name of ours, and not to itself',
    records(`a: { type: ALIAS, data: www.example.org. }
b: { type: ALIAS, data: b }
c: { type: ALIAS, data: www.example.com }
d: { type: ALIAS, data: "x y" }
`),
    [
      'traffic.yaml:10:31 zones["example.com"].records.a.data: www.example.org. is in none of the zones that are served here; an ALIAS has to lead to one of their names',
      'traffic.yaml:11:31 zones["example.com"].records.b.data: an ALIAS cannot lead to itself',
      'traffic.yaml:12:31 zones["example.com"].records.c.data: "www.example.com" means www.example.com.example.com. here: end it with a dot',
      'traffic.yaml:13:31 zones["example.com"].records.d.data: ALIAS: "y" is too much; expected <target>',
    ],
  ],
  [
    'an ALIAS stands once, and beside no address, CNAME or steering',
    records(`t: { type: A, data: 192.0.2.9 }
a: [ { type: ALIAS, data: t }, { type: A, data: 192.0.2.8 } ]
b: [ { type: ALIAS, data: t }, { steer: nearest } ]
c: [ { type: ALIAS, data: t }, { type: ALIAS, data: t } ]
d: [ { type: ALIAS, data: t }, { type: CNAME, data: t } ]
`),
    [
      'traffic.yaml:11:12 zones["example.com"].records.a[0]: an ALIAS cannot stand beside the A record of the same name',
      'traffic.yaml:12:12 zones["example.com"].records.b[0]: a steered name cannot have an ALIAS as well',
      'traffic.yaml:13:38 zones["example.com"].records.c[1]: a name cannot have two ALIAS records',
      'traffic.yaml:14:12 zones["example.com"].records.d[0]: an ALIAS cannot stand beside the CNAME record of the same name',
    ],
  ],
  [
    'an ALIAS is not at or below a delegation, nor below a DNAME',
    records(`t: { type: A, data: 192.0.2.9 }
sub: [ { type: NS, data: ns }, { type: ALIAS, data: t } ]
a.sub: { type: ALIAS, data: t }
old: { type: DNAME, data: new }
a.old: { type: ALIAS, data: t }
`),
    [
      'traffic.yaml:11:38 zones["example.com"].records.sub[1]: an ALIAS cannot be at or below the delegation of sub.example.com.',
      'traffic.yaml:12:14 zones["example.com"].records["a.sub"]: an ALIAS cannot be at or below the delegation of sub.example.com.',
      'traffic.yaml:14:14 zones["example.com"].records["a.old"]: an ALIAS below the DNAME of old.example.com. is never seen',
    ],
  ],
  [
    'a steered name has no static address',
    records(`api: [ { steer: nearest }, { type: AAAA, data: "2001:db8::9" }, { type: TXT, data: fine } ]
`),
    ['traffic.yaml:10:14 zones["example.com"].records.api[0]: a steered name cannot have a static AAAA record as well'],
  ],
  [
    'a name is steered once',
    records(`api: { steer: nearest }
API: { steer: nearest }
`),
    ['traffic.yaml:11:12 zones["example.com"].records.API: API.example.com. is steered already'],
  ],
  [
    'a mistyped steer is recognised',
    api(`stear: nearest
`),
    [
      'traffic.yaml:11:9 zones["example.com"].records.api: needs the key "steer"',
      'traffic.yaml:11:9 zones["example.com"].records.api.stear: unknown key "stear" (did you mean "steer"?)',
    ],
  ],
  [
    'a steered record has no data',
    api(`steer: nearest
data: 192.0.2.1
`),
    [
      'traffic.yaml:12:9 zones["example.com"].records.api.data: unknown key "data"; known here: steer, ttl, when-all-down, regions, fallback',
    ],
  ],
  [
    'a policy that is referred to exists',
    api(`steer: neerest
`),
    [
      'traffic.yaml:11:16 zones["example.com"].records.api.steer: no policy is named "neerest" (did you mean "nearest"?)',
    ],
  ],
  [
    'a region that is referred to exists',
    api(`steer: nearest
regions: [one, thre]
fallback: [for]
`),
    [
      'traffic.yaml:12:24 zones["example.com"].records.api.regions[1]: no region is named "thre"',
      'traffic.yaml:13:20 zones["example.com"].records.api.fallback[0]: no region is named "for"',
    ],
  ],
  [
    'a region is a candidate or a fallback',
    api(`steer: nearest
regions: [one, two]
fallback: [two]
`),
    [
      'traffic.yaml:12:24 zones["example.com"].records.api.regions[1]: region "two" is a fallback too; it can be only one of the two',
    ],
  ],
  [
    'a steered record has a candidate',
    api(`steer: nearest
regions: []
`),
    ['traffic.yaml:12:18 zones["example.com"].records.api.regions: needs at least one entry'],
  ],
  [
    'a steered record has a candidate besides its fallbacks',
    api(`steer: nearest
fallback: [one, two]
`),
    ['traffic.yaml:11:9 zones["example.com"].records.api: no region is left to choose from; name some in "regions"'],
  ],
  [
    'a least TTL is not above the greatest',
    api(`steer: nearest
ttl: { max: 30s, min: 1m }
`),
    [
      'traffic.yaml:12:31 zones["example.com"].records.api.ttl.min: the least TTL, 60 s, is more than the greatest, 30 s',
    ],
  ],
  [
    'a TTL has max and min',
    api(`steer: nearest
ttl: { most: 30s, min: soon }
`),
    [
      'traffic.yaml:12:16 zones["example.com"].records.api.ttl.most: unknown key "most"; known here: max, min',
      'traffic.yaml:12:32 zones["example.com"].records.api.ttl.min: "soon" is not a duration such as 500ms, 10s, 5m, 2h or 14d',
    ],
  ],
  [
    'the last rung is one that exists',
    api(`steer: nearest
when-all-down: serve-al
`),
    [
      'traffic.yaml:12:24 zones["example.com"].records.api.when-all-down: "serve-al" is not one of serve-all, last-good, first-choice, nodata, servfail (did you mean "serve-all"?)',
    ],
  ],
  [
    'everything that is wrong is told at once, in the order of the text',
    whole(`checks: { api: { type: tcp, port: 0 } }
regions:
  one: { addresses: [10.0.0.300], checks: [ap] }
zones:
  example.org:
    nameservers: [ns.example.org]
    ttl: soon
    records: { api: { steer: far, colour: red } }
`),
    [
      'traffic.yaml:1:35 checks.api.port: 0 is too small; 1 is the least',
      'traffic.yaml:3:22 regions.one.addresses[0]: "10.0.0.300" is not an IP address',
      'traffic.yaml:3:44 regions.one.checks[0]: no check is named "ap" (did you mean "api"?)',
      'traffic.yaml:6:19 zones["example.org"].nameservers[0]: ns.example.org. is within the zone and needs an A or AAAA record in it',
      'traffic.yaml:7:10 zones["example.org"].ttl: "soon" is not a duration such as 500ms, 10s, 5m, 2h or 14d',
      'traffic.yaml:8:30 zones["example.org"].records.api.steer: no policy is named "far"',
      'traffic.yaml:8:35 zones["example.org"].records.api.colour: unknown key "colour"; known here: steer, ttl, when-all-down, regions, fallback',
    ],
  ],
  [
    'an address of a check is an IP address',
    checks(`api: { type: tcp, port: 80, address: db.example.com }
`),
    ['traffic.yaml:3:40 checks.api.address: "db.example.com" is not an IP address'],
  ],
  [
    'damping lets go below the penalty at which it holds',
    checks(`api: { type: tcp, port: 80, damping: { suppress: 2, reuse: 2 } }
`),
    ['traffic.yaml:3:62 checks.api.damping.reuse: 2 must be less than suppress, which is 2'],
  ],
  [
    'a quorum is a word, a number of nodes, or a share of them',
    checks(`a: { type: tcp, port: 80, votes: { quorum: most } }
b: { type: tcp, port: 80, votes: { quorum: 1.5 } }
c: { type: tcp, port: 80, votes: { quorum: 0 } }
d: { type: tcp, port: 80, votes: { by: vantage, hold: 10ms, lokal: avoid } }
e: { type: calculated, of: [b], votes: {} }
`),
    [
      'traffic.yaml:3:46 checks.a.votes.quorum: "most" is not any, majority, all, a number of nodes such as 2, or a share of them such as 0.18',
      'traffic.yaml:4:46 checks.b.votes.quorum: 1.5 is neither a share between 0 and 1, such as 0.18, nor a whole number of nodes',
      'traffic.yaml:5:46 checks.c.votes.quorum: 0 is too small; it must be more than 0',
      'traffic.yaml:6:42 checks.d.votes.by: "vantage" is not one of node, group',
      'traffic.yaml:6:57 checks.d.votes.hold: "10ms" is too short; 1s is the least',
      'traffic.yaml:6:63 checks.d.votes.lokal: unknown key "lokal" (did you mean "local"?)',
      'traffic.yaml:7:35 checks.e.votes: unknown key "votes"; known here: type, of, needs, observe, inverted, enabled',
    ],
  ],
  [
    'a limit of latency is less than the timeout, and a window needs one',
    checks(`a: { type: tcp, port: 80, max-latency: 4s }
b: { type: tcp, port: 80, latency-window: 10 }
`),
    [
      'traffic.yaml:3:42 checks.a.max-latency: must be less than the timeout, 4s, or it never says anything',
      'traffic.yaml:4:29 checks.b.latency-window: needs max-latency beside it',
    ],
  ],
  [
    'a connection has no longer than the whole probe',
    checks(`api: { type: tcp, port: 80, connect-timeout: 5s }
`),
    ['traffic.yaml:3:48 checks.api.connect-timeout: must not be longer than the timeout, which covers it'],
  ],
  [
    'what TLS has is not for http',
    checks(`api: { type: http, port: 80, server-name: a.test, http2: true }
`),
    [
      'traffic.yaml:3:32 checks.api.server-name: is for https checks only',
      'traffic.yaml:3:53 checks.api.http2: is for https checks only',
    ],
  ],
  [
    'a regular expression can be read, and HEAD has no body',
    checks(`a: { type: http, port: 80, body: { matches: '(' } }
b: { type: http, port: 80, method: HEAD, body: { contains: ok } }
`),
    [
      'traffic.yaml:3:47 checks.a.body.matches: Invalid regular expression: /(/u: Unterminated group',
      'traffic.yaml:4:44 checks.b.body: the answer to HEAD has no body',
    ],
  ],
  [
    'a JSON pointer begins with a slash',
    checks(`api: { type: http, port: 80, body: { json: { status: ok } } }
`),
    ['traffic.yaml:3:48 checks.api.body.json.status: "status" is not a JSON pointer, such as /status'],
  ],
  [
    'a header has a name and a value of one line',
    checks(`api: { type: http, port: 80, headers: { 'a b': x, c: "y\\nz" } }
`),
    [
      'traffic.yaml:3:43 checks.api.headers["a b"]: "a b" is not the name of a header',
      'traffic.yaml:3:56 checks.api.headers.c: "y\\nz" is not the value of a header',
    ],
  ],
  [
    'no header speaks of the connection, or for a key',
    checks(`api: { type: http, port: 80, headers: { Host: x, Connection: close } }
`),
    [
      'traffic.yaml:3:43 checks.api.headers.Host: is the key "host" of the check',
      'traffic.yaml:3:52 checks.api.headers.Connection: is about the connection, which is not told by a header here',
    ],
  ],
  [
    'a metric has a series and a bound',
    checks(`a: { type: metric, port: 80, series: 'up{' }
b: { type: metric, port: 80, series: up, min: 2, max: 1 }
`),
    [
      'traffic.yaml:3:6 checks.a: needs the key "max" or the key "min"',
      'traffic.yaml:3:40 checks.a.series: "up{" is not a series such as queue_length{queue="mail"}',
      'traffic.yaml:4:49 checks.b.min: 2 is more than max, which is 1',
    ],
  ],
  [
    'a DNS check asks for a name and a type that there are',
    checks(`api: { type: dns, port: 53, name: 'a..b', record-type: AAA }
`),
    [
      'traffic.yaml:3:37 checks.api.name: "a..b" has an empty label',
      'traffic.yaml:3:58 checks.api.record-type: "AAA" is not a record type',
    ],
  ],
  [
    'a program and a push have no port',
    checks(`a: { type: exec, command: ["echo"], port: 80 }
b: { type: push, port: 80 }
`),
    [
      'traffic.yaml:3:39 checks.a.port: unknown key "port"; known here: type, address, interval, timeout, confirm, fall, rise, steady, damping, max-latency, latency-window, votes, observe, inverted, enabled, command',
      'traffic.yaml:4:20 checks.b.port: unknown key "port"; known here: type, address, interval, timeout, confirm, fall, rise, steady, damping, max-latency, latency-window, votes, observe, inverted, enabled, max-age',
    ],
  ],
  [
    'a region does not need more checks than it has',
    region(`addresses: [192.0.2.9]
checks: [api]
needs: 2
`),
    ['traffic.yaml:10:12 regions.bad.needs: 2 are needed, and the region names 1'],
  ],
  [
    'what is depended on is somewhere else',
    region(`addresses: [192.0.2.9]
depends-on: [api]
`),
    ['traffic.yaml:9:18 regions.bad.depends-on[0]: check "api" has no address of its own that could be depended on'],
  ],
  [
    'a share of addresses is a percentage',
    region(`addresses: [192.0.2.9]
minimum-up: 0.5
`),
    ['traffic.yaml:9:17 regions.bad.minimum-up: 0.5 is not a share such as 50%'],
  ],
  [
    'where a person decides, a delay says nothing',
    region(`addresses: [192.0.2.9]
failback: { mode: manual, delay: 5m }
`),
    ['traffic.yaml:9:31 regions.bad.failback.delay: says nothing where a person decides'],
  ],
  [
    'hints are for types that have them, and are not written twice',
    records(`a: [ { steer: nearest }, { type: TXT, data: x, hints: steer }, { type: HTTPS, data: 1 . ipv4hint=192.0.2.1, hints: steer } ]
b: { type: HTTPS, data: 0 a, hints: steer }
c: { type: ALIAS, data: a, hints: steer }
`),
    [
      'traffic.yaml:10:61 zones["example.com"].records.a[1].hints: only HTTPS and SVCB records have hints',
      'traffic.yaml:10:122 zones["example.com"].records.a[2].hints: the hints are those of the region: leave ipv4hint away',
      'traffic.yaml:11:43 zones["example.com"].records.b.hints: an alias (priority 0) has no parameters, and so no hints',
      'traffic.yaml:12:41 zones["example.com"].records.c.hints: only HTTPS and SVCB records have hints',
    ],
  ],
  [
    'hints follow a name that is steered',
    records(`a: { steer: nearest }
_443._https.a: { type: HTTPS, data: 1 . alpn=h2, hints: steer }
b: [ { type: HTTPS, data: 1 a, hints: steer }, { type: HTTPS, data: 2 c, hints: steer } ]
c: { type: ALIAS, data: a }
`),
    [
      'traffic.yaml:11:63 zones["example.com"].records["_443._https.a"].hints: the hints of the HTTPS record of _443._https.a.example.com. cannot follow _443._https.a.example.com., which is not steered, or gives no addresses; its target has to be a steered name',
      'traffic.yaml:12:87 zones["example.com"].records.b[1].hints: the HTTPS records of b.example.com. have hints of two steered names; all of a set follow one',
    ],
  ],
]
