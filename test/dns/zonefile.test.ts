// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how $GENERATE writes its numbers
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatName, parseName } from '../../src/dns/name.js'
import { typeName } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { readZoneFile } from '../../src/dns/zonefile.js'
import { formatZoneProblem, MAX_PROBLEMS } from '../../src/dns/zonefile-problem.js'
import { MAX_DEPTH } from '../../src/dns/zonefile-reader.js'

const ORIGIN = parseName('example.com.')

function read(text: string, files: Readonly<Record<string, string>> = {}) {
  const include = (path: string): { file: string; text: string } => {
    const found = files[path]
    if (found === undefined) throw new Error(`there is no file ${path}`)
    return { file: path, text: found }
  }
  const { records, problems } = readZoneFile(text, { file: 'z', origin: ORIGIN, include })
  const lines = [...records].map(
    ({ owner, type, ttl, rdata }) => `${formatName(owner)} ${ttl} ${typeName(type)} ${formatRdata(type, rdata)}`,
  )
  return { lines, problems: problems.map(formatZoneProblem) }
}

const A = 'a.example.com. 60 A 192.0.2.1'

test.each<[what: string, text: string, lines: readonly string[]]>([
  ['a record in full', 'a.example.com. 60 IN A 192.0.2.1\n', [A]],
  ['a name relative to the zone', 'a 60 IN A 192.0.2.1', [A]],
  ['a TTL after the class', 'a IN 60 A 192.0.2.1', [A]],
  ['neither TTL nor class', '$TTL 60\na A 192.0.2.1', [A]],
  ['a class by its number', 'a 60 CLASS1 TYPE1 192.0.2.1', [A]],
  ['data as bytes', 'a 60 A \\# 4 c0000201', [A]],
  ['lower case, tabs and a carriage return', 'a\t60\tin\ta\t192.0.2.1\r\n', [A]],
  ['comments and empty lines', '; first\n\n  ; second\na 60 A 192.0.2.1;third', [A]],
  ['lines joined by parentheses', 'a ( 60 ; so long\n\n A ) ( 192.0.2.1\n)\n', [A]],
  ['the zone itself', '@ 60 A 192.0.2.1', ['example.com. 60 A 192.0.2.1']],
  ['the owner of the line before', 'a 60 A 192.0.2.1\n  60 A 192.0.2.2', [A, 'a.example.com. 60 A 192.0.2.2']],
  [
    'that owner over a change of origin',
    'a 60 A 192.0.2.1\n$ORIGIN b\n 60 A 192.0.2.2',
    [A, 'a.example.com. 60 A 192.0.2.2'],
  ],
  ['an origin relative to the one before', '$ORIGIN b\nx 60 A 192.0.2.1', ['x.b.example.com. 60 A 192.0.2.1']],
  ['the origin in data', '$ORIGIN b\nx 60 CNAME y', ['x.b.example.com. 60 CNAME y.b.example.com.']],
  [
    'units of time',
    'a 1h30m A 192.0.2.1\nb 1W2D A 192.0.2.1',
    ['a.example.com. 5400 A 192.0.2.1', 'b.example.com. 777600 A 192.0.2.1'],
  ],
  ['the TTL of the record before', 'a 60 A 192.0.2.1\nb A 192.0.2.1', [A, 'b.example.com. 60 A 192.0.2.1']],
  ['$TTL rather than that', '$TTL 5\na 60 A 192.0.2.1\nb A 192.0.2.1', [A, 'b.example.com. 5 A 192.0.2.1']],
  ['escapes in a name', '\\097\\.b\\; 60 A 192.0.2.1', ['a\\.b\\;.example.com. 60 A 192.0.2.1']],
  ['an owner that begins with a dollar sign', '\\$a 60 A 192.0.2.1', ['\\$a.example.com. 60 A 192.0.2.1']],
  ['strings', 'a 60 TXT "x; (y)" z\\;z "\\"\\195\\164"', ['a.example.com. 60 TXT "x; (y)" "z;z" "\\"\\195\\164"']],
  ['letters beyond ASCII in a string', 'a 60 TXT "ä"', ['a.example.com. 60 TXT "\\195\\164"']],
  ['a type that is a name too', 'a 60 A 192.0.2.1\nMX 60 A 192.0.2.1', [A, 'MX.example.com. 60 A 192.0.2.1']],
  ['an unknown type', 'a 60 TYPE65280 \\# 3 01 0203', ['a.example.com. 60 TYPE65280 \\# 3 010203']],
])('%s is read', (_, text, lines) => {
  expect(read(text)).toEqual({ lines, problems: [] })
})

describe('the examples of RFC 3597 §5', () => {
  const refused = (name: string): string => `the class is ${name}, and only IN is served`
  test.each<[text: string, lines: readonly string[], problems: readonly string[]]>([
    ['e.example. 60 IN A \\# 4 0A000001', ['e.example. 60 A 10.0.0.1'], []],
    ['e.example. 60 CLASS1 TYPE1 10.0.0.2', ['e.example. 60 A 10.0.0.2'], []],
    ['a.example. 60 CLASS32 TYPE731 \\# 6 abcd (\n ef 01 23 45 )', [], [refused('CLASS32')]],
    ['b.example. 60 HS TYPE62347 \\# 0', [], [refused('HS')]],
    // The same data in the class that is served.
    ['a.example. 60 IN TYPE731 \\# 6 abcd (\n ef 01 23 45 )', ['a.example. 60 TYPE731 \\# 6 abcdef012345'], []],
    ['b.example. 60 IN TYPE62347 \\# 0', ['b.example. 60 TYPE62347 \\# 0'], []],
  ])('%s', (text, lines, problems) => {
    const { records, problems: found } = readZoneFile(text, { file: 'z', origin: parseName('example.') })
    const shown = [...records].map(
      ({ owner, type, ttl, rdata }) => `${formatName(owner)} ${ttl} ${typeName(type)} ${formatRdata(type, rdata)}`,
    )
    expect({ lines: shown, problems: found.map(({ message }) => message) }).toEqual({ lines, problems })
  })
})

describe('$GENERATE', () => {
  test.each<[text: string, lines: readonly string[]]>([
    ['1-3/2 h$ A 192.0.2.$', ['h1.example.com. 60 A 192.0.2.1', 'h3.example.com. 60 A 192.0.2.3']],
    ['1-1 h${10,4,d} 30 IN A 192.0.2.${-1}', ['h0011.example.com. 30 A 192.0.2.0']],
    ['10-10 ${0,3,x} A 192.0.2.1', ['00a.example.com. 60 A 192.0.2.1']],
    ['10-10 ${0,0,X}${0,0,o} A 192.0.2.1', ['A12.example.com. 60 A 192.0.2.1']],
    ['35-35 ${0,5,n} A 192.0.2.1', ['3.2.0.example.com. 60 A 192.0.2.1']],
    ['1-1 x$$ A 192.0.2.1', ['x\\$.example.com. 60 A 192.0.2.1']],
    ['1-1 x\\$ A 192.0.2.1', ['x\\$.example.com. 60 A 192.0.2.1']],
    ['1-1 m MX "10 mail$"', ['m.example.com. 60 MX 10 mail1.example.com.']],
    ['1-1 m MX 10 mail$', ['m.example.com. 60 MX 10 mail1.example.com.']],
    ['0-0 @ CNAME x$', ['example.com. 60 CNAME x0.example.com.']],
  ])('%s', (text, lines) => {
    expect(read(`$TTL 60\n$GENERATE ${text}\n`)).toEqual({ lines, problems: [] })
  })

  test.each([
    ['3-1 h$ A 192.0.2.$', '10 "3-1" is no range such as 1-254 or 0-30/2'],
    ['1-2/0 h$ A 192.0.2.$', '10 "1-2/0" is no range such as 1-254 or 0-30/2'],
    ['0-4294967295 h$ A 192.0.2.$', '10 "0-4294967295" is no range such as 1-254 or 0-30/2'],
    ['0-2147483647 h$ A 192.0.2.$', '10 makes more than 1048576 records, which is the most for a zone'],
    [
      '1-2 h${x} A 192.0.2.$',
      '14 after $ comes nothing or {offset,width,base}, where base is one of d, o, x, X, n and N',
    ],
    ['255-300 h$ A 192.0.2.$', '23 A: address: "192.0.2.256" is not an IPv4 address'],
    ['1-2 h$', '0 expected $GENERATE <start-stop/step> <owner> <type> <data>'],
  ])('%s is refused', (text, problem) => {
    const [column, ...message] = problem.split(' ')
    const at = column === '0' ? 1 : Number(column) + 1
    expect(read(`$TTL 60\n$GENERATE ${text}\n`).problems).toEqual([`z:2:${at} ${message.join(' ')}`])
  })
})

describe('$INCLUDE', () => {
  test('reads another file with an origin of its own, and comes back to the owner and origin before', () => {
    const text = '$TTL 60\nx A 192.0.2.1\n$INCLUDE more sub\n A 192.0.2.2\ny A 192.0.2.1\n'
    expect(read(text, { more: '@ A 192.0.2.3\n$ORIGIN other\n' })).toEqual({
      lines: [
        'x.example.com. 60 A 192.0.2.1',
        'sub.example.com. 60 A 192.0.2.3',
        'x.example.com. 60 A 192.0.2.2',
        'y.example.com. 60 A 192.0.2.1',
      ],
      problems: [],
    })
  })

  test('names the included file where something is wrong in it', () => {
    expect(read('$INCLUDE more\n', { more: '\na 60 A nowhere\n' }).problems).toEqual([
      'more:2:8 A: address: "nowhere" is not an IPv4 address',
    ])
  })

  test('of a file that is not there is a problem of the line', () => {
    expect(read('$INCLUDE none\n').problems).toEqual(['z:1:10 there is no file none'])
  })

  test('in a circle ends', () => {
    expect(read('$INCLUDE self\n', { self: '$INCLUDE self\n' }).problems).toEqual([
      `self:1:10 ${MAX_DEPTH} files include one another; that is the most`,
    ])
  })

  test('of a file that includes itself over and over ends too', () => {
    const self = '$INCLUDE self\n'.repeat(10)
    expect(read(self, { self }).problems.at(-1)).toMatch(/more than 1000 files are included|10 files include/)
  })

  test('without anything to read files with is a problem', () => {
    const { problems } = readZoneFile('$INCLUDE x', { file: 'z', origin: ORIGIN })
    expect(problems.map(formatZoneProblem)).toEqual(['z:1:1 $INCLUDE is not possible here'])
  })
})

test.each([
  ['a 60 A 192.0.2.256', '1:8 A: address: "192.0.2.256" is not an IPv4 address'],
  ['a 60 A', '1:6 A: address is missing; expected <address>'],
  ['a 60 A 192.0.2.1 192.0.2.2', '1:8 A: "192.0.2.2" is too much; expected <address>'],
  ['a 60 CH A 192.0.2.1', '1:6 the class is CH, and only IN is served'],
  ['a 60 IN IN A 192.0.2.1', '1:9 a second class'],
  ['a 60 60 A 192.0.2.1', '1:6 a second TTL; before it stands 60'],
  ['a 1h30 A 192.0.2.1', '1:3 "1h30" is no TTL, such as 3600 or 1h30m; 2147483647 seconds are the most'],
  ['a 2147483648 A 192.0.2.1', '1:3 "2147483648" is no TTL, such as 3600 or 1h30m; 2147483647 seconds are the most'],
  ['a 60 ANY x', '1:6 ANY is a type of queries, not of records'],
  ['a 60 WHAT x', '1:6 "WHAT" is no type of a record; where it has no name, write TYPE65280'],
  ['a', '1:1 a type and data are missing'],
  ['a A 192.0.2.1', '1:1 has no TTL, and nothing before it has; begin the file with $TTL'],
  [' 60 A 192.0.2.1', '1:2 no owner stands here or before'],
  ['a..b 60 A 192.0.2.1', '1:1 "a..b" has an empty label'],
  ['"a" 60 A 192.0.2.1', '1:2 a name stands without quotes'],
  ['a 60 TXT "open\nb 60 A 192.0.2.1', '1:10 this string is not closed on its line'],
  ['a 60 TXT "x"y', '1:12 after a closing quote comes a space; write a quote inside as \\"'],
  ['a 60 TXT x"y"', '1:11 " within a word; put the whole string in quotes, or write \\"'],
  ['a 60 TXT x\\\nb 60 A 192.0.2.1', '1:11 a backslash stands at the end of the line'],
  ['a 60 (\nTXT x', '1:6 this ( is never closed'],
  ['a 60 TXT x )', '1:12 this ) closes nothing'],
  ['$TTL x', '1:6 "x" is no TTL, such as 3600 or 1h30m'],
  ['$TTL', '1:1 expected $TTL <seconds>'],
  ['$ORIGIN', '1:1 expected $ORIGIN <name>'],
  ['$ORIGIN a..', '1:9 "a.." has an empty label'],
  ['$MORE x', '1:1 "$MORE" is no directive; $ORIGIN, $TTL, $INCLUDE and $GENERATE are'],
  ['a 60 MX ( 10\n  x..y )', '1:11 MX: exchange: "x..y" has an empty label'],
])('%j is refused, with its place', (text, problem) => {
  expect(read(text).problems).toEqual([`z:${problem}`])
})

test('every problem is found at once, and what is sound is read', () => {
  expect(read('$TTL 60\na A x\nb A 192.0.2.1\nc WHAT\n')).toEqual({
    lines: ['b.example.com. 60 A 192.0.2.1'],
    problems: [
      'z:2:5 A: address: "x" is not an IPv4 address',
      'z:4:3 "WHAT" is no type of a record; where it has no name, write TYPE65280',
    ],
  })
})

test('the list of problems has an end', () => {
  expect(read('a WHAT\n'.repeat(10_000)).problems).toHaveLength(MAX_PROBLEMS)
})

test.each<[what: string, text: string, lines: readonly string[], problem: string]>([
  [
    'a record that is there already is dropped',
    'a 60 A 192.0.2.1\nA 60 A 192.0.2.1\n',
    [A],
    'z:2:1 warning: this A record of A.example.com. is already there, and is dropped',
  ],
  [
    'so is one whose data differ in letter case only',
    'a 60 NS ns\na 60 NS NS\n',
    ['a.example.com. 60 NS ns.example.com.'],
    'z:2:1 warning: this NS record of a.example.com. is already there, and is dropped',
  ],
  [
    'all records of a set get the lowest of their TTLs',
    'a 60 A 192.0.2.1\na 30 A 192.0.2.2\n',
    ['a.example.com. 30 A 192.0.2.1', 'a.example.com. 30 A 192.0.2.2'],
    'z:2:1 warning: this A record of a.example.com. has another TTL than the set before it; all get the lower one, 30 s',
  ],
  [
    'what lies outside of the zone is left out',
    'a 60 A 192.0.2.1\nb.example.org. 60 A 192.0.2.1\n  60 A 192.0.2.2\n',
    [A],
    'z:2:1 warning: "b.example.org." is outside the zone, and is left out',
  ],
  [
    'without a TTL the minimum of the SOA is taken',
    '@ SOA . . 1 2 3 4 5\na A 192.0.2.1\n',
    ['example.com. 5 SOA . . 1 2 3 4 5', 'a.example.com. 5 A 192.0.2.1'],
    'z:1:1 warning: has no TTL; the minimum of the SOA, 5 s, is taken for all',
  ],
])('%s, with a warning', (_, text, lines, problem) => {
  expect(read(text)).toEqual({ lines, problems: [problem] })
})

test('data that differ in letter case only are two where letter case counts', () => {
  expect(read('a 60 TXT x\na 60 TXT X\n').lines).toHaveLength(2)
})

test('any text is read without an exception', () => {
  const piece = fc.oneof(
    fc.constantFrom(...'\n \t();"\\$@.'.split(''), '$TTL ', '$ORIGIN ', '$INCLUDE ', '$GENERATE ', '1-3 ', '${0,2,n}'),
    fc.constantFrom('a ', 'IN ', '60 ', 'A ', 'MX ', 'TXT ', 'SOA ', '192.0.2.1 ', '\\# 1 ', '\\000', '\\999', 'ä'),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      const text = pieces.join('')
      const include = () => ({ file: 'again', text })
      const { records, problems } = readZoneFile(text, { file: 'z', origin: ORIGIN, include })
      const lines = text.split('\n').length
      for (const { line, column } of problems) {
        expect(line).toBeGreaterThan(0)
        expect(line).toBeLessThanOrEqual(lines)
        expect(column).toBeGreaterThan(0)
      }
      expect(records.length).toBeLessThanOrEqual(text.length * 1100)
    }),
    { numRuns: 500 },
  )
})

test('what is written is read again', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 20 })
  const record = fc.record({
    label,
    ttl: fc.nat(),
    strings: fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 3 }),
  })
  fc.assert(
    fc.property(record, ({ label, ttl, strings }) => {
      const owner = Uint8Array.from([label.length, ...label, ...ORIGIN])
      const rdata = Uint8Array.from(strings.flatMap(string => [string.length, ...string]))
      const { records, problems } = readZoneFile(`${formatName(owner)} ${ttl} IN TXT ${formatRdata(16, rdata)}`, {
        file: 'z',
        origin: ORIGIN,
      })
      expect(problems).toEqual([])
      expect([...records]).toEqual([{ owner, type: 16, ttl, rdata }])
    }),
  )
})

test('a hundred thousand records take a hundred bytes each at the most', () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => `host-${i} A 192.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
  const { records, problems } = readZoneFile(`$TTL 60\n${lines.join('\n')}`, { file: 'z', origin: ORIGIN })
  expect(problems).toEqual([])
  expect(records.length).toBe(100_000)
  expect(records.byteLength / records.length).toBeLessThan(100)
})
