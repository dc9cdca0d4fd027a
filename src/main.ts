#!/usr/bin/env node
// The command line: finds the verb and carries it out. Exit codes: 0 done, 1 refused or failed, 2 usage.
import { keepSignals } from './cli/early-signals.js'
import { release } from './cli/release.js'
import { EXIT, type Exit, formatHelp, readCall, UsageError } from './cli/verb.js'
import { allVerbs, VERBS } from './cli/verbs.js'

async function main([name = 'help', ...args]: readonly string[]): Promise<Exit> {
  if (name === 'version' || name === '--version' || name === '-v') return print(release())
  // Many tools have it this way round.
  if (name === 'help' && args[0] !== undefined && !args[0].startsWith('-')) return main([args[0], '--help'])
  if (name === 'help' || name === '--help' || name === '-h') return print(await overview())
  // Before all that it takes to be a server is loaded.
  if (name === 'serve') keepSignals()
  const verb = Object.hasOwn(VERBS, name) ? await VERBS[name]?.() : undefined
  if (verb === undefined) return complain(`there is no verb "${name}"; meridian help lists them`, EXIT.usage)
  try {
    const call = readCall(verb, args)
    return call.flag('help') ? print(formatHelp(verb)) : await verb.run(call)
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\nUsage: meridian ${verb.usage}`, EXIT.usage)
    return complain(error instanceof Error ? error.message : String(error), EXIT.failed)
  }
}

async function overview(): Promise<string> {
  const rows = Object.entries(await allVerbs()).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`)
  return `Meridian ${release()}: answers DNS with the address of the nearest healthy region, and can say why.

Usage: meridian VERB [options]

${rows.join('\n')}
  help         this list; meridian help VERB, or meridian VERB --help, tells more
  version      the release

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
