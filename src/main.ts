#!/usr/bin/env node
// The command line: finds the verb and carries it out. Exit codes: 0 done, 1 refused or failed, 2 usage.
import { apply } from './cli/apply-verb.js'
import { audit } from './cli/audit-verb.js'
import { check } from './cli/check.js'
import { demo } from './cli/demo.js'
import { diff } from './cli/diff-verb.js'
import { dnssec } from './cli/dnssec-verb.js'
import { drill } from './cli/drill-verb.js'
import { explain } from './cli/explain-verb.js'
import { exportVerb } from './cli/export-verb.js'
import { fact } from './cli/fact-verb.js'
import { fleet } from './cli/fleet-verb.js'
import { geo } from './cli/geo-verb.js'
import { health } from './cli/health-verb.js'
import { history } from './cli/history-verb.js'
import { importVerb } from './cli/import-verb.js'
import { incident } from './cli/incident-verb.js'
import { latency } from './cli/latency-verb.js'
import { override } from './cli/override-verb.js'
import { region } from './cli/region-verb.js'
import { release } from './cli/release.js'
import { rollback } from './cli/rollback-verb.js'
import { safety } from './cli/safety-verb.js'
import { serve } from './cli/serve.js'
import { token } from './cli/token-verb.js'
import { top } from './cli/top-verb.js'
import { EXIT, type Exit, formatHelp, readCall, UsageError, type Verb } from './cli/verb.js'
import { zone } from './cli/zone.js'

const VERBS: Readonly<Record<string, Verb>> = {
  serve,
  demo,
  check,
  explain,
  health,
  incident,
  region,
  override,
  latency,
  geo,
  safety,
  fact,
  drill,
  apply,
  diff,
  history,
  import: importVerb,
  rollback,
  export: exportVerb,
  fleet,
  token,
  audit,
  top,
  zone,
  dnssec,
}

async function main([name = 'help', ...args]: readonly string[]): Promise<Exit> {
  if (name === 'version' || name === '--version' || name === '-v') return print(release())
  if (name === 'help' || name === '--help' || name === '-h') return print(overview())
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (verb === undefined) return complain(`there is no verb "${name}"; meridian help lists them`, EXIT.usage)
  try {
    const call = readCall(verb, args)
    return call.flag('help') ? print(formatHelp(verb)) : await verb.run(call)
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\nUsage: meridian ${verb.usage}`, EXIT.usage)
    return complain(error instanceof Error ? error.message : String(error), EXIT.failed)
  }
}

function overview(): string {
  const rows = Object.entries(VERBS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  return `Meridian ${release()}: answers DNS with the address of the nearest healthy region, and can say why.

Usage: meridian VERB [options]

${rows.join('\n')}
  help       this list; meridian VERB --help tells more
  version    the release

Exit codes: 0 done, 1 refused or failed, 2 called in a way that makes no sense.`
}

function print(text: string): Exit {
  process.stdout.write(`${text}\n`)
  return EXIT.done
}

function complain(text: string, exit: Exit): Exit {
  process.stderr.write(`meridian: ${text}\n`)
  return exit
}

process.exitCode = await main(process.argv.slice(2))
