import { expect, test } from 'vitest'
import { parseTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import { readZoneFile } from '../../../src/dns/zonefile.js'

const HEAD = '$TTL 60\n@ SOA ns.example.net. hostmaster 1 7200 900 1209600 60\n@ NS ns.example.net.\n'

/** Of a zone that is a zone file. */
function warnings(lines: string): readonly string[] {
  const readZone = (_: string, origin: Uint8Array) => readZoneFile(HEAD + lines, { file: 'z', origin })
  const parsed = parseTraffic({ zones: { 'example.com': { file: 'z' } } }, { serial: 1, readZone })
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.warnings.map(formatProblem).map(line => line.replace(' zones["example.com"].file:', ''))
}

test.each([
  // what, lines, warnings
  [
    'below a delegation only glue is seen',
    'sub NS ns.sub\nns.sub A 192.0.2.1\nx.sub TXT x\n',
    ['z:6:1 TXT below the delegation of sub.example.com. is never seen; only A and AAAA glue is'],
  ],
  [
    'a delegation below a delegation',
    'sub NS ns.example.net.\na.sub NS ns.example.net.\n',
    ['z:5:1 NS below the delegation of sub.example.com. is never seen; only A and AAAA glue is'],
  ],
  [
    'beside a delegation only DS and glue are seen',
    'sub NS ns.example.net.\nsub TXT x\nsub DNAME x\n',
    [
      'z:5:1 TXT beside a delegation is never seen; only NS, DS and glue are',
      'z:6:1 DNAME beside a delegation is never seen; only NS, DS and glue are',
    ],
  ],
  [
    'below a DNAME nothing is seen',
    'old DNAME new\na.old A 192.0.2.1\nsub.old NS ns.example.net.\n',
    [
      'z:5:1 a record below the DNAME of old.example.com. is never seen',
      'z:6:1 a record below the DNAME of old.example.com. is never seen',
    ],
  ],
  [
    'below a DNAME at the zone itself nothing is seen',
    '@ DNAME example.net.\nwww A 192.0.2.1\n',
    ['z:5:1 a record below the DNAME of example.com. is never seen'],
  ],
] as const)('%s', (_, lines, told) => {
  expect(warnings(lines)).toEqual(told)
})

test('of very many hidden records the first are told of, and how many more there are', () => {
  const told = warnings(
    `@ DNAME example.net.\n${Array.from({ length: 1000 }, (_, i) => `h${i} A 192.0.2.1\n`).join('')}`,
  )
  expect(told).toHaveLength(21)
  expect(told[0]).toContain('980 more records of this zone are never seen')
})
