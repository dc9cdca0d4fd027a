// How a proof ends: figures, claims that hold or do not, the machine, and an exit code.
import { machineLine } from '../bench/machine.mjs'

/** As it was before the proof itself made it busy. */
const MACHINE = machineLine()

const shown = value => (typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 4 }) : value)

/**
 * Prints `figures` (`{ name: value }`) and `claims` (`[sentence, whether it holds]`), and sets the exit code.
 * @param json whether to print one line of JSON instead of a table
 */
export function conclude(title, figures, claims, json) {
  const holds = claims.every(([, held]) => held)
  process.exitCode = holds ? 0 : 1
  if (json) {
    console.log(JSON.stringify({ title, holds, figures, claims: Object.fromEntries(claims) }))
    return
  }
  const width = Math.max(...Object.keys(figures).map(name => name.length))
  console.log(`${title}\n${MACHINE}\n`)
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(width)}  ${shown(value)}`)
  console.log('')
  for (const [sentence, held] of claims) console.log(`  ${held ? 'holds' : 'FAILS'}  ${sentence}`)
}
