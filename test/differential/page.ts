// The page for operators that lists the rules: docs/differences.md is what this makes, and nothing else.
import type { Rule } from './judge.js'
import { PEER_NAMES } from './peers.js'

export function pageOf(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, what, why, peers }) => {
    const from = peers.length === PEER_NAMES.length ? 'all three' : peers.join(', ')
    return `| \`${id}\` | ${from} | ${what} | ${why} |`
  })
  return `# Differences from other servers

The same zones are given to Meridian, BIND 9.18, Knot DNS 3.2 and NSD 4.6, as Debian has them, and the same questions are asked of all
four: response code, AA, TC and RA, the records of each section with their TTLs, and the OPT record have to be the same, but for what is
listed here. \`test/differential\` is where that is tested; there are the zones too. This page is made from its rules, and a test keeps it so.
Each of the others is set up to answer as briefly as it can.

| difference | from | what | why |
| --- | --- | --- | --- |
${rows.join('\n')}

What is not compared: the order of records within a section, which RFC 2181 §5 gives no meaning, and letter case in names, which RFC 4343
gives none; but the name in the question always comes back as it was sent.
`
}
